using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Retries;

namespace CvpActors.Domain.Locks;

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

    public static DatabaseReply ClearByOperator(Deliberation d, string reason)
    {
        if (d.State.Lock is not { } held)
        {
            return new NotThere($"nothing holds the lock of {d.Policy.Database}");
        }

        Begin(d, held, ClearanceCause.Operator, $"cleared by an administrator: {reason}");
        return new Accepted();
    }

    /// <summary>The agent said how long the run has really lasted: too long, or the wall clock jumped.</summary>
    public static void CompareAge(Deliberation d, MaintenanceLock held, TimeSpan measured)
    {
        if (held.Clearance is not null || AgeLimitAt(held, d.Policy) > d.Now)
        {
            return;
        }

        if (measured >= d.Policy.LockMaxAge)
        {
            Begin(d, held, ClearanceCause.MaxAge, $"held for {measured:g}, longer than the {d.Policy.LockMaxAge:g} that a lock may last");
            return;
        }

        if (held.Age(d.Now) - measured <= StartMayTake)
        {
            // The agent is asked again in a moment.
            return;
        }

        d.Record(new LockAgeDoubted(d.Now, held.Token, held.Age(d.Now), measured, d.Now + (d.Policy.LockMaxAge - measured)));
        AlertRules.RaiseOnce(d, AlertCodes.ClockSkew, operation: null,
            $"By the wall clock {held.AttemptId} of {d.Policy.Database} has held its lock for {held.Age(d.Now):g}, by its agent's monotonic "
            + $"clock for {measured:g}. Nothing was cleared. Check the time service on the coordinator and on {held.Node}.");
    }

    /// <summary>The holder is harmless: the lock can go to the next.</summary>
    public static DatabaseReply? HolderFenced(Deliberation d, long token)
    {
        if (d.State.Lock is { Clearance: not null } held && held.Token == token)
        {
            Finish(d, held);
        }

        return null;
    }

    public static void PassTime(Deliberation d)
    {
        if (d.State.Lock is not { } held)
        {
            return;
        }

        var unreachable = d.Agent.Contact == AgentContact.Unreachable;
        if (held.Clearance is { } clearance)
        {
            if (unreachable || clearance.BegunAt + HolderMayTake <= d.Now)
            {
                Finish(d, held);
            }
        }
        else if (unreachable && AgeLimitAt(held, d.Policy) <= d.Now)
        {
            // Nobody can be asked. The next run's higher token fences the old one when its agent is back.
            Begin(d, held, ClearanceCause.MaxAge, $"held since {held.AcquiredAt:u} by {held.Node}, which cannot be reached");
            Finish(d, d.State.Lock!);
        }
    }

    public static DateTimeOffset? NextCheckAt(DatabaseState state, DatabasePolicy policy) =>
        state.Lock is not { } held ? null : held.Clearance is { } clearance ? clearance.BegunAt + HolderMayTake : AgeLimitAt(held, policy);

    /// <summary>When the lock is (again) old enough to be looked at.</summary>
    private static DateTimeOffset AgeLimitAt(MaintenanceLock held, DatabasePolicy policy) => held.AgeCheckAt ?? held.AcquiredAt + policy.LockMaxAge;

    private static void Begin(Deliberation d, MaintenanceLock held, ClearanceCause cause, string reason)
    {
        if (held.Clearance is null)
        {
            d.Record(new ClearanceBegun(d.Now, held.Token, cause, reason));
        }
    }

    private static void Finish(Deliberation d, MaintenanceLock held)
    {
        var (cause, reason, _) = held.Clearance!;
        var next = RetryRules.NextTryAfterRun(d, held, AttemptState.Cancelled);
        d.Record(new LockCleared(d.Now, held.Token, cause, reason, next));
        if (cause == ClearanceCause.MaxAge)
        {
            AlertRules.Raise(d, AlertCodes.LockCleared, held.Operation,
                $"The lock of {d.Policy.Database} was cleared: {held.AttemptId} {reason}. "
                + $"Its run was cancelled and can commit nothing more. Look at the agent's log on {held.Node}.");
        }

        RetryRules.AfterRun(d, held, AttemptState.Cancelled);
    }
}
