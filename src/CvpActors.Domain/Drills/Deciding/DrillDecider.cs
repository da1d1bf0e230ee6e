using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Rules;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>Every decision about one database's drills. Pure: the same state, wish or fact, and context give the same decision.</summary>
public static class DrillDecider
{
    /// <summary>Nodes differ by this much without anybody having set a clock.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>Decides on an administrator's wish for a drill now; the caller persists the events before it acts on them and replies.</summary>
    /// <param name="state">What is known.</param>
    /// <param name="policy">The rules.</param>
    /// <param name="requestKey">The wish's own key, or null: the same key has the same answer.</param>
    /// <param name="context">What else may be looked at.</param>
    public static (ImmutableArray<IDrillEvent> Events, DatabaseReply Reply) Request(DrillState state, DrillPolicy policy, string? requestKey, DrillContext context)
    {
        var draft = Begin(state, policy, context);
        var reply = DrillRules.Request(draft, requestKey);
        DecideWhatIsDue(draft);
        return (draft.Events, reply);
    }

    /// <summary>Takes a fact in; the caller persists the events before it acts on them.</summary>
    public static ImmutableArray<IDrillEvent> Integrate(DrillState state, DrillPolicy policy, DrillFact fact, DrillContext context)
    {
        var draft = Begin(state, policy, context);
        switch (fact)
        {
            case DrillTimePassed:
                break;
            case DrillEndTold told:
                DrillRules.Ended(draft, told);
                break;
            case DrillNotificationTakenOver taken:
                if (NotificationRules.IsAwaited(state.Alerts.Find(a => a.Id == taken.AlertId), taken.Phase))
                {
                    draft.Record(new DrillAlertHandedOver(draft.Now, taken.AlertId, taken.Phase));
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "no rule integrates this fact");
        }

        DecideWhatIsDue(draft);
        return draft.Events;
    }

    /// <summary>When time alone next changes something, or null when nothing is waited for. May lie in the past.</summary>
    public static DateTimeOffset? NextWakeAt(DrillState state, DrillPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        DateTimeOffset?[] moments = [DrillRules.NextDueAt(state, policy), DrillAlertRules.NextCheckAt(state, policy)];
        return moments.Min();
    }

    /// <summary>The next moment at which a drill is due, UTC; null where none is scheduled.</summary>
    public static DateTimeOffset? NextDueAt(DrillState state, DrillPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        return DrillRules.NextDueAt(state, policy);
    }

    /// <summary>The notifications of <paramref name="database"/> that delivery has not taken over yet, in the order they happened.</summary>
    public static IEnumerable<AlertNotification> NotificationsToHandOver(DrillState state, string database)
    {
        ArgumentNullException.ThrowIfNull(state);
        return NotificationRules.ToHandOver(state.Alerts, database);
    }

    private static DrillDraft Begin(DrillState state, DrillPolicy policy, DrillContext context)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        var draft = new DrillDraft(state, policy, context);
        if (state.Watermark - context.Now > ClockTolerance)
        {
            draft.Record(new DrillClockSteppedBack(context.Now, state.Watermark));
        }

        DrillRules.FollowConfiguration(draft);
        return draft;
    }

    private static void DecideWhatIsDue(DrillDraft draft)
    {
        DrillRules.BeginWhatIsDue(draft);
        DrillAlertRules.Follow(draft);
    }
}
