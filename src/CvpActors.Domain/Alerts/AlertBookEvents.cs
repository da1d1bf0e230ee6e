using System.Collections.Immutable;

namespace CvpActors.Domain.Alerts;

/// <summary>Something that happened to the delivery of alerts; persisted for ever.</summary>
public interface IAlertBookEvent
{
    /// <summary>When, UTC.</summary>
    DateTimeOffset At { get; }
}

/// <summary>A notification was taken over, for these receivers.</summary>
public sealed record NotificationQueued(DateTimeOffset At, AlertNotification Notification, ImmutableArray<string> Receivers) : IAlertBookEvent;

/// <summary>A receiver has a notification.</summary>
public sealed record NotificationDelivered(DateTimeOffset At, string NotificationId, string Receiver) : IAlertBookEvent;

/// <summary>A receiver has several notifications, told together in one summary.</summary>
public sealed record SummaryDelivered(DateTimeOffset At, ImmutableArray<string> NotificationIds, string Receiver) : IAlertBookEvent;

/// <summary>
/// What receivers that are no longer configured have not got goes to those that are: a receiver that was renamed, or that only another
/// coordinator node knows, must not keep an alert from everybody.
/// </summary>
/// <param name="At">When, UTC.</param>
/// <param name="Receivers">The receivers that are configured.</param>
public sealed record NotificationsReaddressed(DateTimeOffset At, ImmutableArray<string> Receivers) : IAlertBookEvent;

/// <summary>A receiver has refused notifications for good: they are passed by, or what comes after them would never arrive.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="NotificationIds">One, or those of a summary.</param>
/// <param name="Receiver">Who refused.</param>
/// <param name="Reason">What it said.</param>
public sealed record NotificationRefused(DateTimeOffset At, ImmutableArray<string> NotificationIds, string Receiver, string Reason) : IAlertBookEvent;

/// <summary>A database was retired: whoever has not been told of one of its alerts is not told any more.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Database">Which.</param>
public sealed record DeliveriesDropped(DateTimeOffset At, string Database) : IAlertBookEvent;
