using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// A lock that is too old is cleared by the system (rule 7), any lock by an administrator. In both cases the holder is
/// cancelled and fenced first, so that a cleared lock never lets two runs overlap.
/// </summary>
internal static class ClearanceRules
{
    /// <summary>A holder that has not answered for this long is hung; the fence keeps it harmless.</summary>
    private static readonly TimeSpan HolderMayTake = TimeSpan.FromSeconds(10);

    /// <summary>A lock is always a little older than its run, by the time that the order to start takes; only more than this is a jump.</summary>
    private static readonly TimeSpan StartMayTake = ReconciliationRules.StartMayTake;

    public static DatabaseReply ClearByOperator(Draft draft, string reason)
    {
        if (draft.State.Lock is not { } held)
        {
            return new NotThere($"nothing holds the lock of {draft.Policy.Database}");
        }

        Begin(draft, held, ClearanceCause.Operator, $"cleared by an administrator: {reason}");
        return new Accepted();
    }

    /// <summary>The agent said how long the run has really lasted: too long, or the wall clock jumped.</summary>
    public static void CompareAge(Draft draft, MaintenanceLock held, TimeSpan measured)
    {
        if (held.Clearance is not null)
        {
            return;
        }

        if (measured >= draft.Policy.LockMaxAge)
        {
            // Also where the wall clock says less: it can be set back, the agent's cannot.
            Begin(draft, held, ClearanceCause.MaxAge, $"held for {InWords.Of(measured)}, longer than the {InWords.Of(draft.Policy.LockMaxAge)} that a lock may last");
            return;
        }

        if (AgeLimitAt(held, draft.Policy) > draft.Now || held.Age(draft.Now) - measured <= StartMayTake)
        {
            // Young by both; or the agent is asked again in a moment.
            return;
        }

        draft.Record(new LockAgeDoubted(draft.Now, held.Token, held.Age(draft.Now), measured, draft.Now + (draft.Policy.LockMaxAge - measured)));
        AlertRules.RaiseOnce(draft, AlertCodes.ClockSkew, operation: null,
            $"By the wall clock {held.AttemptId} of {draft.Policy.Database} has held its lock for {InWords.Of(held.Age(draft.Now))}, by its agent's monotonic "
            + $"clock for {InWords.Of(measured)}. Nothing was cleared. Check the time service on the coordinator and on {held.Node}.");
    }

    /// <summary>The holder is harmless: the lock can go to the next.</summary>
    public static void HolderFenced(Draft draft, long token)
    {
        if (draft.State.Lock is { Clearance: not null } held && held.Token == token)
        {
            Finish(draft, held);
        }
    }

    public static void PassTime(Draft draft)
    {
        if (draft.State.Lock is not { } held)
        {
            return;
        }

        var unreachable = draft.Agent.Contact == AgentContact.Unreachable;
        if (held.Clearance is { } clearance)
        {
            if (unreachable || clearance.BegunAt + HolderMayTake <= draft.Now)
            {
                Finish(draft, held);
            }
        }
        else if (unreachable && AgeLimitAt(held, draft.Policy) <= draft.Now)
        {
            // Nobody can be asked. The next run's higher token fences the old one when its agent is back.
            Begin(draft, held, ClearanceCause.MaxAge, $"held since {held.AcquiredAt:u} by {held.Node}, which cannot be reached");
            Finish(draft, draft.State.Lock!);
        }
    }

    public static DateTimeOffset? NextCheckAt(DatabaseState state, DatabasePolicy policy) =>
        state.Lock is not { } held ? null : held.Clearance is { } clearance ? clearance.BegunAt + HolderMayTake : AgeLimitAt(held, policy);

    /// <summary>When the lock is (again) old enough to be looked at.</summary>
    private static DateTimeOffset AgeLimitAt(MaintenanceLock held, DatabasePolicy policy) => held.AgeCheckAt ?? held.AcquiredAt + policy.LockMaxAge;

    private static void Begin(Draft draft, MaintenanceLock held, ClearanceCause cause, string reason)
    {
        if (held.Clearance is null)
        {
            draft.Record(new ClearanceBegun(draft.Now, held.Token, cause, reason));
        }
    }

    private static void Finish(Draft draft, MaintenanceLock held)
    {
        var (cause, reason, _) = held.Clearance!;
        var next = RetryRules.NextTryAfterRun(draft, held, new Outcome(AttemptState.Cancelled));
        draft.Record(new LockCleared(draft.Now, held.Token, cause, reason, next));
        if (cause == ClearanceCause.MaxAge)
        {
            AlertRules.Raise(draft, AlertCodes.LockCleared, held.Operation,
                $"The lock of {draft.Policy.Database} was cleared: {held.AttemptId} {reason}. "
                + $"Its run was cancelled and can commit nothing more. Look at the agent's log on {held.Node}.");
        }

        RetryRules.AfterRun(draft, held, AttemptState.Cancelled);
    }
}
