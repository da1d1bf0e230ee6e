using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Rules;

namespace CvpActors.Domain.Shipments;

/// <summary>Every decision about one database's shipments to one remote. Pure: the same state, wish or fact, and context give the same decision.</summary>
public static class ShipmentDecider
{
    /// <summary>Nodes differ by this much without anybody having set a clock.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Decides on an administrator's wish that the old file be shipped now, also where it is verified already; the caller persists the events
    /// before it acts on them and replies.
    /// </summary>
    /// <param name="state">What is known.</param>
    /// <param name="policy">The rules.</param>
    /// <param name="requestKey">The wish's own key, or null: the same key has the same answer.</param>
    /// <param name="context">What else may be looked at.</param>
    public static ShipmentDecision Request(ShipmentState state, ShipmentPolicy policy, string? requestKey, ShipmentContext context)
    {
        var draft = Begin(state, policy, context);
        var answer = OrderRules.Request(draft, requestKey);
        DecideWhatIsDue(draft);
        return new ShipmentDecision(draft.Events, answer);
    }

    /// <summary>Takes a fact in; the caller persists the events before it acts on them.</summary>
    public static ImmutableArray<IShipmentEvent> Integrate(ShipmentState state, ShipmentPolicy policy, ShipmentFact fact, ShipmentContext context)
    {
        var draft = Begin(state, policy, context);
        switch (fact)
        {
            case ShipmentTimePassed:
                break;
            case OldFileTold told:
                OrderRules.Told(draft, told.File);
                break;
            case VerificationTold told:
                OrderRules.Verified(draft, told);
                break;
            case FailureTold told:
                OrderRules.Failed(draft, told);
                break;
            case ShipmentNotificationTakenOver taken:
                TakenOver(draft, taken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "no rule integrates this fact");
        }

        DecideWhatIsDue(draft);
        return draft.Events;
    }

    /// <summary>When time alone next changes something, or null when nothing is waited for. May lie in the past.</summary>
    public static DateTimeOffset? NextWakeAt(ShipmentState state, ShipmentPolicy policy, bool agentIsPresent)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        DateTimeOffset?[] moments = [agentIsPresent ? state.NextAttemptAt : null, OverdueRules.NextCheckAt(state, policy)];
        return moments.Min();
    }

    /// <summary>The notifications of <paramref name="database"/> that delivery has not taken over yet, in the order they happened.</summary>
    public static IEnumerable<AlertNotification> NotificationsToHandOver(ShipmentState state, string database)
    {
        ArgumentNullException.ThrowIfNull(state);
        return NotificationRules.ToHandOver(state.Alerts, database);
    }

    private static ShipmentDraft Begin(ShipmentState state, ShipmentPolicy policy, ShipmentContext context)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        var draft = new ShipmentDraft(state, policy, context);
        if (state.Watermark - context.Now > ClockTolerance)
        {
            draft.Record(new ShipmentClockSteppedBack(draft.WallClock, state.Watermark));
        }

        FollowConfiguration(draft);
        return draft;
    }

    private static void FollowConfiguration(ShipmentDraft draft)
    {
        if (draft is { Policy.OverdueAfter: not null, State.ConfiguredSince: null })
        {
            draft.Record(new RemoteAdopted(draft.Now));
        }
        else if (draft is { Policy.OverdueAfter: null, State.ConfiguredSince: not null })
        {
            draft.Record(new RemoteDropped(draft.Now));
        }
    }

    private static void DecideWhatIsDue(ShipmentDraft draft)
    {
        OrderRules.OrderWhatIsDue(draft);
        OverdueRules.Follow(draft);
    }

    private static void TakenOver(ShipmentDraft draft, ShipmentNotificationTakenOver taken)
    {
        if (NotificationRules.IsAwaited(draft.State.Alerts.Find(a => a.Id == taken.AlertId), taken.Phase))
        {
            draft.Record(new ShipmentAlertHandedOver(draft.Now, taken.AlertId, taken.Phase));
        }
    }
}

/// <summary>What was decided on a wish: the events to persist, in order, and the answer; null when there is nothing to ship.</summary>
public sealed record ShipmentDecision(ImmutableArray<IShipmentEvent> Events, RequestedShipment? Answer);
