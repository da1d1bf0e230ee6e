using CvpActors.Actors.Protocol;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Alerts;

/// <summary>What is shown of the alert book. Pure.</summary>
internal static class AlertProjection
{
    /// <summary>One entry an alert, newest first, with the delivery of its notifications; as many as fit after the first <paramref name="skip"/>.</summary>
    public static AlertList List(AlertBook book, IReadOnlyDictionary<string, ReceiverDelivery> deliveries, int skip)
    {
        // What summaries are told by is no alert of its own.
        var (page, more) = MessagePages.First(book.Entries
            .Where(e => e.Notification.Code != AlertCodes.Summary)
            .GroupBy(e => (e.Notification.Database, e.Notification.AlertId))
            .Reverse()
            .Skip(skip)
            .Select(alert => ViewOf([.. alert], deliveries)));
        return new AlertList(page) { More = more };
    }

    private static AlertView ViewOf(List<AlertBookEntry> entries, IReadOnlyDictionary<string, ReceiverDelivery> deliveries)
    {
        var first = entries[0].Notification;
        var cleared = entries.Find(e => e.Notification.Phase == AlertPhase.Cleared);
        return new AlertView(
            first.AlertId,
            first.Database,
            first.Code,
            entries.Find(e => e.Notification.Phase == AlertPhase.Raised)?.Notification.At ?? first.At,
            cleared?.Notification.At,
            first.Text,
            [.. entries.SelectMany(e => e.Receivers.Select(receiver => ViewOf(e, receiver, deliveries.GetValueOrDefault(receiver))))]);
    }

    private static DeliveryView ViewOf(AlertBookEntry entry, string receiver, ReceiverDelivery? delivery)
    {
        var failing = delivery?.FailureOf(entry.Notification.Id);
        var refusal = entry.Refusals?.GetValueOrDefault(receiver);
        return new DeliveryView(
            receiver,
            entry.Notification.Phase,
            entry.DeliveredAt.TryGetValue(receiver, out var at) ? at : null,
            failing?.Tries ?? 0,
            refusal ?? failing?.Error)
        {
            Refused = refusal is not null,
        };
    }
}
