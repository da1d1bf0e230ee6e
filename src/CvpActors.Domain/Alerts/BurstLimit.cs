using System.Collections.Immutable;

namespace CvpActors.Domain.Alerts;

/// <summary>
/// How many notifications a receiver gets one by one. When five hundred databases fail in one minute, nobody is helped by
/// five hundred pages: what exceeds the limit waits, and is then told in one summary. The record keeps every one of them.
/// </summary>
/// <param name="Notifications">How many within <paramref name="Period"/>; at least one.</param>
/// <param name="Period">The time they are counted over.</param>
public sealed record BurstLimit(int Notifications, TimeSpan Period)
{
    /// <summary>10 in a minute.</summary>
    public static BurstLimit Default { get; } = new(10, TimeSpan.FromMinutes(1));

    /// <summary>What to send next, given what waits and how long ago the latest ones were sent.</summary>
    /// <param name="pending">What waits, oldest first; not empty.</param>
    /// <param name="sentAgo">How long ago each notification of the latest period was sent.</param>
    public NextDelivery Next(IReadOnlyList<AlertNotification> pending, IReadOnlyCollection<TimeSpan> sentAgo)
    {
        ArgumentNullException.ThrowIfNull(pending);
        ArgumentNullException.ThrowIfNull(sentAgo);
        var recent = sentAgo.Where(ago => ago < Period).ToList();
        if (recent.Count >= Notifications)
        {
            return new NextDelivery([], Period - recent.Max());
        }

        // More than may still be told one by one: all of it is told together.
        return pending.Count > Notifications - recent.Count
            ? new NextDelivery([.. pending], TimeSpan.Zero)
            : new NextDelivery([pending[0]], TimeSpan.Zero);
    }
}

/// <summary>What to send to a receiver next.</summary>
/// <param name="Notifications">One notification, or several that go into one summary; empty when it is too early.</param>
/// <param name="Wait">How long to wait when it is too early.</param>
public sealed record NextDelivery(ImmutableArray<AlertNotification> Notifications, TimeSpan Wait);
