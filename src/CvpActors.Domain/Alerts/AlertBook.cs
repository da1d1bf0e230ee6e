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

/// <summary>
/// Which notification has reached which receiver. A notification is queued once, however often it is handed over, and
/// leaves the queue of a receiver once that receiver has it.
/// </summary>
public sealed record AlertBook
{
    /// <summary>How many fully delivered notifications the book keeps.</summary>
    public const int KeptDelivered = 500;

    /// <summary>A book with no entry.</summary>
    public static AlertBook Empty { get; } = new();

    /// <summary>The notifications, oldest first.</summary>
    public ImmutableList<AlertBookEntry> Entries { get; init; } = [];

    /// <summary>Whether a notification has been queued.</summary>
    public bool Contains(string notificationId) => Entries.Exists(e => e.Notification.Id == notificationId);

    /// <summary>What a receiver still has to get, oldest first.</summary>
    public IEnumerable<AlertNotification> PendingFor(string receiver) =>
        Entries.Where(e => e.IsPendingFor(receiver)).Select(e => e.Notification);

    /// <summary>The book after <paramref name="happened"/>.</summary>
    public AlertBook Apply(IAlertBookEvent happened) => happened switch
    {
        NotificationQueued e => Trim(Entries.Add(new AlertBookEntry(e.Notification, e.Receivers, ImmutableSortedDictionary<string, DateTimeOffset>.Empty))),
        NotificationDelivered e => Deliver(e.NotificationId, e.Receiver, e.At),
        SummaryDelivered e => e.NotificationIds.Aggregate(this, (book, id) => book.Deliver(id, e.Receiver, e.At)),
        NotificationsReaddressed e => this with { Entries = Entries.ConvertAll(entry => entry.Readdressed(e.Receivers)) },
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no fold for this event"),
    };

    /// <summary>The receivers that still have to get something, though they are not among <paramref name="configured"/>.</summary>
    public IReadOnlySet<string> Unreachable(IEnumerable<string> configured) =>
        Entries.SelectMany(e => e.Receivers.Where(e.IsPendingFor)).ToHashSet(StringComparer.Ordinal).Except(configured).ToHashSet(StringComparer.Ordinal);

    private AlertBook Deliver(string notificationId, string receiver, DateTimeOffset at)
    {
        var index = Entries.FindIndex(e => e.Notification.Id == notificationId);
        return index < 0 ? this : this with
        {
            Entries = Entries.SetItem(index, Entries[index] with { DeliveredAt = Entries[index].DeliveredAt.SetItem(receiver, at) }),
        };
    }

    private AlertBook Trim(ImmutableList<AlertBookEntry> entries)
    {
        var surplus = entries.Count(e => e.IsDelivered) - KeptDelivered;
        return this with { Entries = surplus > 0 ? entries.RemoveRange(entries.Where(e => e.IsDelivered).Take(surplus)) : entries };
    }
}

/// <summary>One notification and where it has arrived.</summary>
/// <param name="Notification">What is told.</param>
/// <param name="Receivers">The receivers that were configured when it was queued.</param>
/// <param name="DeliveredAt">When each receiver got it, UTC.</param>
public sealed record AlertBookEntry(
    AlertNotification Notification,
    ImmutableArray<string> Receivers,
    ImmutableSortedDictionary<string, DateTimeOffset> DeliveredAt)
{
    /// <summary>Whether every receiver has it.</summary>
    public bool IsDelivered => Receivers.All(DeliveredAt.ContainsKey);

    /// <summary>The entry for <paramref name="configured"/> receivers, if one that still has to get it is not among them.</summary>
    public AlertBookEntry Readdressed(IReadOnlyCollection<string> configured) =>
        Receivers.Any(r => IsPendingFor(r) && !configured.Contains(r)) ? this with { Receivers = [.. Receivers.Where(DeliveredAt.ContainsKey).Union(configured)] } : this;

    /// <summary>Whether <paramref name="receiver"/> is still to get it.</summary>
    public bool IsPendingFor(string receiver) => Receivers.Contains(receiver) && !DeliveredAt.ContainsKey(receiver);
}
