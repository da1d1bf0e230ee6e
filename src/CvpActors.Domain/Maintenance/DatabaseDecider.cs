using CvpActors.Domain.Alerts;
using CvpActors.Domain.Locks;
using CvpActors.Domain.Retries;
using CvpActors.Domain.Schedules;

namespace CvpActors.Domain.Maintenance;

/// <summary>
/// Every decision about one database's maintenance. Pure: the same state, command and context give the same decision.
/// The rules themselves stand in the file of the thing they are about: lock, retry window, schedule, alert.
/// </summary>
public static class DatabaseDecider
{
    /// <summary>Decides on <paramref name="command"/>; the caller persists the events before it acts on them.</summary>
    public static Decision Decide(DatabaseState state, DatabasePolicy policy, DatabaseCommand command, DecisionContext context)
    {
        var deliberation = new Deliberation(state, policy, context);
        if (ClockRules.NoticeStepBack(deliberation) && command is PassTime)
        {
            return deliberation.Conclude();
        }

        var reply = command switch
        {
            AdoptSchedules => ScheduleRules.Adopt(deliberation),
            PassTime => DecideWhatIsDue(deliberation),
            RequestRun request => LockRules.RequestRun(deliberation, request),
            CancelAttempt cancel => LockRules.Cancel(deliberation, cancel.AttemptId),
            ClearLock clear => ClearanceRules.ClearByOperator(deliberation, clear.Reason),
            PauseSchedules pause => PauseRules.Pause(deliberation, pause),
            ResumeSchedules => PauseRules.Resume(deliberation),
            RunEnded ended => LockRules.RunEnded(deliberation, ended.Token, ended.Outcome),
            AgentReported report => ReconciliationRules.Compare(deliberation, report),
            HolderFenced fenced => ClearanceRules.HolderFenced(deliberation, fenced.Token),
            NotificationTakenOver taken => AlertRules.TakenOver(deliberation, taken),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "no rule decides this command"),
        };
        return deliberation.Conclude(reply);
    }

    /// <summary>When time alone next changes something, or null when nothing is waited for. May lie in the past.</summary>
    public static DateTimeOffset? NextWakeAt(DatabaseState state, DatabasePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        DateTimeOffset?[] moments =
        [
            state.Pause?.Until,
            state.Backup.Window?.NextAttemptAt,
            state.Purge.Window?.NextAttemptAt,
            ScheduleRules.NextDueAt(state, policy, Operation.Backup),
            ScheduleRules.NextDueAt(state, policy, Operation.Purge),
            ClearanceRules.NextCheckAt(state, policy),
            ClockRules.NextCheckAt(state),
        ];
        return moments.Min();
    }

    /// <summary>The next moment at which <paramref name="operation"/> is due, UTC; null when it is not scheduled or paused for good.</summary>
    public static DateTimeOffset? NextDueAt(DatabaseState state, DatabasePolicy policy, Operation operation)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        return ScheduleRules.NextDueAt(state, policy, operation);
    }

    /// <summary>Whether the lock is so old by the wall clock that its agent must be asked how long the run has really lasted (rule 7).</summary>
    public static bool LockAgeIsDue(DatabaseState state, DatabasePolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        return state.Lock is { Clearance: null } && ClearanceRules.NextCheckAt(state, policy) <= now;
    }

    private static DatabaseReply? DecideWhatIsDue(Deliberation deliberation)
    {
        PauseRules.EndWhenOver(deliberation);
        ClearanceRules.PassTime(deliberation);
        ScheduleRules.OpenDueWindows(deliberation);
        RetryRules.TryWhatIsDue(deliberation);
        ClockRules.ForgetOldSteps(deliberation);
        return null;
    }
}
