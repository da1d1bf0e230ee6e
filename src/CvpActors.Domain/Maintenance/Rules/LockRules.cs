using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>One run at a time per database (rule 2): the lock goes to one run, and is free again when that run has ended.</summary>
internal static class LockRules
{
    /// <summary>Gives the free lock to a run.</summary>
    public static MaintenanceLock Grant(Draft draft, Operation operation, Trigger trigger, bool dryRun, string? requestKey, RestoreOrder? restore = null)
    {
        draft.Record(new LockAcquired(draft.Now, operation, trigger, draft.Agent.Node, dryRun, requestKey) { Restore = restore });
        return draft.State.Lock!;
    }

    /// <summary>Who stands in the way of <paramref name="wanted"/>, by the one table of what excludes what; null when nobody does.</summary>
    public static MaintenanceLock? InTheWayOf(DatabaseState state, Operation wanted) =>
        state.Lock is { } held && Exclusions.Exclude(held.Operation, wanted) ? held : null;

    /// <summary>Frees the lock of a run that ended; an outcome of any other token changes nothing.</summary>
    public static void RunEnded(Draft draft, long token, Outcome outcome)
    {
        if (draft.State.Lock is { } held && held.Token == token)
        {
            Release(draft, held, outcome);
        }
        else if (draft.State.Attempts.FindLast(a => a.Token == token) is { } past && IsNews(past, outcome))
        {
            draft.Record(new LateOutcomeRejected(draft.Now, token, outcome));
        }
    }

    public static Blocker AsBlocker(MaintenanceLock held) => new(held.Operation, held.AttemptId, held.Token, held.AcquiredAt);

    public static string HeldReason(Draft draft, MaintenanceLock held) =>
        $"{held.AttemptId} ({InWords.Of(held.Trigger)}) holds the lock of {draft.Policy.Database} since {held.AcquiredAt:u}";

    public static string AgentMissingReason(Draft draft) =>
        $"the agent of {draft.Policy.Database} is not connected; check that its reporting node runs and is in the cluster";

    private static void Release(Draft draft, MaintenanceLock held, Outcome outcome)
    {
        if (held.Clearance is not null && outcome.State != AttemptState.Succeeded)
        {
            // The holder obeyed: the clearing is complete, and what the run had to say is kept with it.
            ClearanceRules.HolderFenced(draft, held.Token);
            draft.Record(new LateOutcomeRejected(draft.Now, held.Token, outcome));
            return;
        }

        var next = RetryRules.NextTryAfterRun(draft, held, outcome);
        draft.Record(new LockReleased(draft.Now, held.Token, outcome, next));
        HoldRules.AfterRun(draft, held);
        DamageRules.AfterRun(draft, held, outcome);
        RetryRules.AfterRun(draft, held, outcome.State);
        if (outcome.State == AttemptState.Succeeded && !held.DryRun)
        {
            AlertRules.ClearAll(draft, AlertCodes.LockCleared, held.Operation);
            ExpectationRules.AfterSuccess(draft, held.Operation);
        }
    }

    /// <summary>An outcome that was not heard before, of a run whose lock was cleared or that was given up as lost.</summary>
    private static bool IsNews(Attempt past, Outcome outcome) =>
        past.LateOutcome is null && (past.Outcome is null || (past.State == AttemptState.Lost && outcome.State != AttemptState.Lost));
}
