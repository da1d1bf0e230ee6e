using System.Collections.Immutable;

namespace CvpActors.Domain.Alerts;

/// <summary>
/// What a receiver gets next. Order is kept per database: what failed holds back what happened to the same database since, and nothing of
/// another. What failed is sent again as it was, alone or as the same summary, so that a second copy has the first one's id whatever else waits.
/// </summary>
public static class DeliveryOrder
{
    /// <summary>What to send next, or how long to wait.</summary>
    /// <param name="pending">What the receiver has not got, oldest first; with what failed.</param>
    /// <param name="failed">What failed and is to be sent again.</param>
    /// <param name="burst">How many it gets one by one; null: all.</param>
    /// <param name="sentAgo">How long ago each notification of the latest period was sent.</param>
    /// <param name="goesAlone">Whether a notification is never told in a summary, nor held up by the limit.</param>
    public static NextDelivery Next(
        IReadOnlyCollection<AlertNotification> pending,
        IReadOnlyCollection<FailedDelivery> failed,
        BurstLimit? burst,
        IReadOnlyCollection<TimeSpan> sentAgo,
        Func<AlertNotification, bool> goesAlone)
    {
        ArgumentNullException.ThrowIfNull(pending);
        ArgumentNullException.ThrowIfNull(failed);
        ArgumentNullException.ThrowIfNull(goesAlone);
        var heldBack = failed.SelectMany(f => f.Notifications).Select(n => n.Database).ToHashSet(StringComparer.Ordinal);
        var free = pending.Where(n => !heldBack.Contains(n.Database)).ToList();
        if (FirstAlone(free, goesAlone) is { } alone)
        {
            return new NextDelivery([alone], TimeSpan.Zero);
        }

        var fresh = UpToFirstAlone(free, goesAlone);
        var next = fresh.Count == 0 ? null : burst is null ? new NextDelivery([fresh[0]], TimeSpan.Zero) : burst.Next(fresh, sentAgo);
        if (next is { Notifications.IsEmpty: false })
        {
            return next;
        }

        var again = failed.MinBy(f => f.Wait);
        return again is { Wait: var wait } && wait <= TimeSpan.Zero
            ? new NextDelivery(again.Notifications, TimeSpan.Zero)
            : new NextDelivery([], Shorter(next?.Wait, again?.Wait) ?? TimeSpan.Zero);
    }

    private static AlertNotification? FirstAlone(List<AlertNotification> free, Func<AlertNotification, bool> goesAlone)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return free.Find(n => seen.Add(n.Database) && goesAlone(n));
    }

    /// <summary>Without what happened to a database after something of it that goes alone.</summary>
    private static List<AlertNotification> UpToFirstAlone(List<AlertNotification> free, Func<AlertNotification, bool> goesAlone)
    {
        var ended = new HashSet<string>(StringComparer.Ordinal);
        return free.FindAll(n => !ended.Contains(n.Database) && (!goesAlone(n) || !ended.Add(n.Database)));
    }

    private static TimeSpan? Shorter(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;
}

/// <summary>What did not reach its receiver.</summary>
/// <param name="Notifications">One notification, or those of a summary.</param>
/// <param name="Wait">How long to wait before it is sent again.</param>
public sealed record FailedDelivery(ImmutableArray<AlertNotification> Notifications, TimeSpan Wait);
