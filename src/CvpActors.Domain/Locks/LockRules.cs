using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Retries;

namespace CvpActors.Domain.Locks;

/// <summary>One run at a time per database (rule 2); on-demand runs are refused at once when blocked (rule 3).</summary>
internal static class LockRules
{
    public static DatabaseReply RequestRun(Deliberation d, RequestRun request)
    {
        if (request.RequestKey is { } key && Earlier(d.State, request, key) is { } earlier)
        {
            return earlier;
        }

        if (d.Agent.Contact != AgentContact.Connected)
        {
            // Not recorded under its key: the same request may be sent again once the agent is back.
            var missing = AgentMissingReason(d);
            d.Record(new AttemptBlocked(d.Now, request.Operation, Trigger.OnDemand, missing, Holder: null, NextAttemptAt: null, RequestKey: null));
            return new AgentMissing(missing);
        }

        if (d.State.Lock is { } held)
        {
            var holder = AsBlocker(held);
            var reason = HeldReason(d, held);
            d.Record(new AttemptBlocked(d.Now, request.Operation, Trigger.OnDemand, reason, holder, NextAttemptAt: null, request.RequestKey));
            return new RunRefused(reason, holder);
        }

        var granted = Grant(d, request.Operation, Trigger.OnDemand, request.DryRun, request.RequestKey);
        return new RunGranted(granted.AttemptId, granted.Token);
    }

    public static DatabaseReply Cancel(Deliberation d, string attemptId)
    {
        if (d.State.Lock is { } held && held.AttemptId == attemptId)
        {
            if (!held.CancelRequested)
            {
                d.Record(new CancelRequested(d.Now, held.Token));
            }

            return new Accepted();
        }

        return d.State.FindAttempt(attemptId) is { } ended
            ? new NotPossible($"attempt {attemptId} is not running: it {ended.State.ToString().ToLowerInvariant()} at {ended.FinishedAt:u}")
            : new NotThere($"{d.Policy.Database} has no attempt {attemptId}");
    }

    /// <summary>Frees the lock of a run that ended; an outcome of any other token changes nothing.</summary>
    public static DatabaseReply? RunEnded(Deliberation d, long token, Outcome outcome)
    {
        if (d.State.Lock is { } held && held.Token == token)
        {
            if (held.Clearance is not null && outcome.State != AttemptState.Succeeded)
            {
                // The holder obeyed: the clearing is complete, and what the run had to say is kept with it.
                ClearanceRules.HolderFenced(d, token);
                d.Record(new LateOutcomeRejected(d.Now, token, outcome));
                return null;
            }

            var next = RetryRules.NextTryAfterRun(d, held, outcome.State);
            d.Record(new LockReleased(d.Now, token, outcome, next));
            RetryRules.AfterRun(d, held, outcome.State);
            if (outcome.State == AttemptState.Succeeded && !held.DryRun)
            {
                AlertRules.ClearAll(d, AlertCodes.LockCleared, held.Operation);
            }
        }
        else if (d.State.Attempts.FindLast(a => a.Token == token) is { } past && IsNews(past, outcome))
        {
            d.Record(new LateOutcomeRejected(d.Now, token, outcome));
        }

        return null;
    }

    /// <summary>An outcome that was not heard before, of a run whose lock was cleared or that was given up as lost.</summary>
    private static bool IsNews(Attempt past, Outcome outcome) =>
        past.LateOutcome is null && (past.Outcome is null || (past.State == AttemptState.Lost && outcome.State != AttemptState.Lost));

    /// <summary>Gives the free lock to a run.</summary>
    public static MaintenanceLock Grant(Deliberation d, Operation operation, Trigger trigger, bool dryRun, string? requestKey)
    {
        d.Record(new LockAcquired(d.Now, operation, trigger, d.Agent.Node, dryRun, requestKey));
        return d.State.Lock!;
    }

    public static Blocker AsBlocker(MaintenanceLock held) => new(held.Operation, held.AttemptId, held.Token, held.AcquiredAt);

    public static string HeldReason(Deliberation d, MaintenanceLock held) =>
        $"{held.AttemptId} ({held.Trigger switch { Trigger.Scheduled => "scheduled", _ => "on demand" }}) holds the lock of "
        + $"{d.Policy.Database} since {held.AcquiredAt:u}";

    public static string AgentMissingReason(Deliberation d) =>
        $"the agent of {d.Policy.Database} is not connected; check that its reporting node runs and is in the cluster";

    /// <summary>The answer that the same request got before.</summary>
    private static DatabaseReply? Earlier(DatabaseState state, RequestRun request, string requestKey) =>
        state.Attempts.FindLast(a => a.RequestKey == requestKey && a.Operation == request.Operation) switch
        {
            null => null,
            { State: not AttemptState.Blocked } other when other.DryRun != request.DryRun =>
                new NotPossible($"this Idempotency-Key belongs to {other.Id}, which was asked for with dryRun {(other.DryRun ? "true" : "false")}; use a new key"),
            { BlockedBy: { } holder } refused => new RunRefused(refused.Error ?? "", holder),
            { } granted => new RunGranted(granted.Id, granted.Token ?? 0),
        };
}
