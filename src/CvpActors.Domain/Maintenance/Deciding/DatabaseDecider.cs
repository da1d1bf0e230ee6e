using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance.Rules;

namespace CvpActors.Domain.Maintenance.Deciding;

/// <summary>
/// Every decision about one database's maintenance. Pure: the same state, wish or fact, and context give the same decision.
/// The rules themselves stand in <c>Rules</c>, a file each.
/// </summary>
public static class DatabaseDecider
{
    /// <summary>Decides on a wish; the caller persists the events before it acts on them and replies.</summary>
    public static Decision Decide(DatabaseState state, DatabasePolicy policy, DatabaseCommand command, DecisionContext context)
    {
        var draft = new Draft(state, policy, context);
        ClockRules.NoticeStepBack(draft);
        RetirementRules.NoticeService(draft);
        var reply = command switch
        {
            RequestRun request => OnDemandRules.RequestRun(draft, request),
            RecallRestore recall => OnDemandRules.Recall(draft, recall),
            CancelAttempt cancel => CancelRules.Cancel(draft, cancel.AttemptId),
            ClearLock clear => ClearanceRules.ClearByOperator(draft, clear.Reason),
            LetPurgeGo letGo => HoldRules.LetGo(draft, letGo.Reason),
            PauseSchedules pause => PauseRules.Pause(draft, pause),
            ResumeSchedules => PauseRules.Resume(draft),
            RetireDatabase retire => RetirementRules.Retire(draft, retire.Reason),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "no rule decides this command"),
        };
        return new Decision(draft.Events, reply) { Refused = draft.Refused };
    }

    /// <summary>Takes a fact in; the caller persists the events before it acts on them.</summary>
    public static ImmutableArray<IDatabaseEvent> Integrate(DatabaseState state, DatabasePolicy policy, DatabaseFact fact, DecisionContext context)
    {
        var draft = new Draft(state, policy, context);
        var steppedBack = ClockRules.NoticeStepBack(draft);
        if (!steppedBack && fact is not TimePassed)
        {
            RetirementRules.NoticeService(draft);
        }

        switch (fact)
        {
            case TimePassed when steppedBack:
                // What is due is looked at again once all that is counted from the clock has moved along with it.
                break;
            case TimePassed:
                DecideWhatIsDue(draft);
                break;
            case SchedulesConfigured:
                ScheduleRules.Adopt(draft);
                ExpectationRules.Adopt(draft);
                RemoteRules.Remember(draft);
                break;
            case RunEnded ended:
                LockRules.RunEnded(draft, ended.Token, ended.Outcome);
                break;
            case AgentReported report:
                ReconciliationRules.Compare(draft, report);
                break;
            case HolderFenced fenced:
                ClearanceRules.HolderFenced(draft, fenced.Token);
                break;
            case TakenOutOfConfiguration:
                RetirementRules.TakenOut(draft);
                if (!steppedBack)
                {
                    DecideWhatIsDue(draft);
                }

                break;
            case NotificationTakenOver taken:
                NotificationRules.TakenOver(draft, taken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "no rule integrates this fact");
        }

        return draft.Events;
    }

    /// <summary>When time alone next changes something, or null when nothing is waited for. May lie in the past.</summary>
    public static DateTimeOffset? NextWakeAt(DatabaseState state, DatabasePolicy policy, RunSlot slot = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        DateTimeOffset?[] moments =
        [
            state.Pause?.Until,
            RetryRules.NextCheckAt(state, policy, Operation.Backup, slot),
            RetryRules.NextCheckAt(state, policy, Operation.Purge, slot),
            ScheduleRules.NextDueAt(state, policy, Operation.Backup),
            ScheduleRules.NextDueAt(state, policy, Operation.Purge),
            ClearanceRules.NextCheckAt(state, policy),
            ExpectationRules.NextCheckAt(state, policy, Operation.Backup),
            ExpectationRules.NextCheckAt(state, policy, Operation.Purge),
            ClockRules.NextCheckAt(state),
            RetirementRules.NextCheckAt(state, policy),
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

    /// <summary>Whether a scheduled run could start now if it may be one of those that run at once (<c>policy.max-concurrent</c>).</summary>
    public static bool WantsSlot(DatabaseState state, AgentPresence agent, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return RetryRules.WantsSlot(state, agent, now);
    }

    /// <summary>Whether the lock is so old by the wall clock that its agent must be asked how long the run has really lasted (rule 7).</summary>
    public static bool LockAgeIsDue(DatabaseState state, DatabasePolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        return state.Lock is { Clearance: null } && ClearanceRules.NextCheckAt(state, policy) <= now;
    }

    /// <summary>The notifications of <paramref name="database"/> that delivery has not taken over yet, in the order they happened.</summary>
    public static IEnumerable<AlertNotification> NotificationsToHandOver(DatabaseState state, string database)
    {
        ArgumentNullException.ThrowIfNull(state);
        return NotificationRules.ToHandOver(state.Alerts, database);
    }

    /// <summary>Why a database that is shown no more is not there, for a person.</summary>
    public static string WhyGone(string database, Retirement retired)
    {
        ArgumentNullException.ThrowIfNull(retired);
        return RetirementRules.WhyGone(database, retired);
    }

    private static void DecideWhatIsDue(Draft draft)
    {
        PauseRules.EndWhenOver(draft);
        ClearanceRules.PassTime(draft);
        ScheduleRules.OpenDueWindows(draft);
        RetryRules.TryWhatIsDue(draft);
        ExpectationRules.PassTime(draft);
        ClockRules.ForgetOldSteps(draft);
        RetirementRules.PassTime(draft);
    }
}
