using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Alerts;

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

    /// <summary>The summaries of which a receiver has not been told the end; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableList<OpenSummary>? Summaries { get; init; }

    /// <summary>Whether a notification has been queued.</summary>
    public bool Contains(string notificationId) => Entries.Exists(e => e.Notification.Id == notificationId);

    /// <summary>What a receiver still has to get, oldest first.</summary>
    public IEnumerable<AlertNotification> PendingFor(string receiver) =>
        Entries.Where(e => e.IsPendingFor(receiver)).Select(e => e.Notification);

    /// <summary>
    /// Whether a receiver must get a notification by itself: the clear of what it was told by itself, or of a summary. In a summary it would not
    /// find its raise.
    /// </summary>
    public bool GoesAlone(AlertNotification notification, string receiver)
    {
        ArgumentNullException.ThrowIfNull(notification);
        return notification.Phase == AlertPhase.Cleared
            && (notification.Code == AlertCodes.Summary
                || (Entries.Exists(e => e.IsRaiseOf(notification) && e.DeliveredAt.ContainsKey(receiver)) && Summaries?.Exists(s => s.Tells(notification, receiver)) != true));
    }

    /// <summary>The summaries of which every alert is over, so that their own end is to be told.</summary>
    public IEnumerable<OpenSummary> SummariesThatAreOver() => Summaries?.Where(s => s.Open.IsEmpty) ?? [];

    /// <summary>How many notifications of <paramref name="database"/> some receiver will not get once they are dropped.</summary>
    public int Droppable(string database) => Entries.Count(e => e.Notification.Database == database && !IsSame(e, Drop(e)));

    /// <summary>The book after <paramref name="happened"/>.</summary>
    public AlertBook Apply(IAlertBookEvent happened) => happened switch
    {
        NotificationQueued e => Queue(e),
        NotificationDelivered e => Deliver(e.NotificationId, e.Receiver, e.At),
        SummaryDelivered e => Summarise(e.NotificationIds.Aggregate(this, (book, id) => book.Deliver(id, e.Receiver, e.At)), e),
        NotificationRefused e => e.NotificationIds.Aggregate(this, (book, id) => book.Change(id, entry => entry.RefusedBy(e.Receiver, e.Reason))),
        NotificationsReaddressed e => this with { Entries = Entries.ConvertAll(entry => entry.Readdressed(e.Receivers)) },
        DeliveriesDropped e => this with { Entries = Entries.ConvertAll(entry => entry.Notification.Database == e.Database ? Drop(entry) : entry) },
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no fold for this event"),
    };

    /// <summary>The receivers that still have to get something, though they are not among <paramref name="configured"/>.</summary>
    public IReadOnlySet<string> Unreachable(IEnumerable<string> configured) =>
        Entries.SelectMany(e => e.Receivers.Where(e.IsPendingFor)).ToHashSet(StringComparer.Ordinal).Except(configured).ToHashSet(StringComparer.Ordinal);

    private AlertBook Queue(NotificationQueued e)
    {
        var entries = Entries.Add(new AlertBookEntry(e.Notification, e.Receivers, ImmutableSortedDictionary<string, DateTimeOffset>.Empty));
        var next = e.Notification.Phase == AlertPhase.Raised ? this : With(Summaries?.RemoveAll(s => s.IsEndedBy(e.Notification, e.Receivers)).ConvertAll(s => s.Without(e.Notification)));
        return next.Trim(entries);
    }

    /// <summary>What a summary has told as raised is open until each of it is cleared.</summary>
    private AlertBook Summarise(AlertBook delivered, SummaryDelivered e)
    {
        var told = e.NotificationIds.Select(id => Entries.Find(entry => entry.Notification.Id == id)?.Notification).OfType<AlertNotification>().ToList();
        var raised = told.Where(n => n.Phase == AlertPhase.Raised).ToList();
        return told.Count < 2 || raised.Count == 0
            ? delivered
            : delivered.With((Summaries ?? []).Add(new OpenSummary(
                AlertSummary.IdOf(told), AlertSummary.AlertIdOf(told), e.Receiver,
                [.. raised.Select(n => n.Id)],
                [.. raised.Where(n => !Entries.Exists(entry => entry.IsClearOf(n))).Select(n => n.Id)])));
    }

    private AlertBook With(ImmutableList<OpenSummary>? summaries) => this with { Summaries = summaries is { IsEmpty: false } ? summaries : null };

    private AlertBook Deliver(string notificationId, string receiver, DateTimeOffset at) =>
        Change(notificationId, entry => entry with { DeliveredAt = entry.DeliveredAt.SetItem(receiver, at) });

    private AlertBook Change(string notificationId, Func<AlertBookEntry, AlertBookEntry> change)
    {
        var index = Entries.FindIndex(e => e.Notification.Id == notificationId);
        return index < 0 ? this : this with { Entries = Entries.SetItem(index, change(Entries[index])) };
    }

    /// <summary>A receiver that has been told that an alert was raised is still told that it is over.</summary>
    private AlertBookEntry Drop(AlertBookEntry entry) => entry with
    {
        Receivers = [.. entry.Receivers.Where(r => !entry.IsPendingFor(r)
            || (entry.Notification.Phase == AlertPhase.Cleared && Entries.Exists(e => e.IsRaiseOf(entry.Notification) && e.DeliveredAt.ContainsKey(r))))],
    };

    private static bool IsSame(AlertBookEntry a, AlertBookEntry b) => a.Receivers.Length == b.Receivers.Length;

    private AlertBook Trim(ImmutableList<AlertBookEntry> entries)
    {
        var surplus = entries.Count(e => e.IsDelivered) - KeptDelivered;
        return this with { Entries = surplus > 0 ? entries.RemoveRange(entries.Where(e => e.IsDelivered).Take(surplus)) : entries };
    }
}
