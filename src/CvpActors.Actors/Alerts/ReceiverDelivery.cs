using System.Collections.Immutable;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Alerts;

/// <summary>How delivery to one receiver is going; of no value after a restart, so not persisted.</summary>
internal sealed class ReceiverDelivery(IAlertChannel channel, TimeProvider time)
{
    /// <summary>When each notification of the latest period was sent, by the monotonic clock.</summary>
    private readonly Queue<long> _sentAt = new();

    private readonly List<Failing> _failing = [];

    public IAlertChannel Channel { get; } = channel;

    public string Receiver => Channel.Receiver;

    /// <summary>Whether an attempt is being made at this moment.</summary>
    public bool UnderWay { get; set; }

    /// <summary>What to send next of what waits in <paramref name="book"/>; null when nothing does.</summary>
    public NextDelivery? Next(AlertBook book)
    {
        var pending = book.PendingFor(Receiver).ToList();

        // What was dropped from the book meanwhile is not sent again.
        var waiting = pending.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        _failing.RemoveAll(f => !f.Notifications.All(n => waiting.Contains(n.Id)));
        return pending.Count == 0
            ? null
            : DeliveryOrder.Next(
                pending, [.. _failing.Select(f => new FailedDelivery(f.Notifications, f.Due.Wait(time)))], Channel.Burst, SentAgo(), n => book.GoesAlone(n, Receiver));
    }

    /// <summary>How a notification fares that could not be delivered; null for one of which that is not known.</summary>
    public (int Tries, string Error)? FailureOf(string notificationId) =>
        _failing.Find(f => f.Notifications.Any(n => n.Id == notificationId)) is { } failing ? (failing.Tries, failing.Error) : null;

    public void Succeeded(ImmutableArray<AlertNotification> delivered)
    {
        _sentAt.Enqueue(time.GetTimestamp());
        End(delivered);

        // The receiver is back, it seems: what failed while it was away need not wait. What it refuses time and again is not asked again for that.
        foreach (var failing in _failing.Where(f => !f.HasSeenSuccess))
        {
            (failing.HasSeenSuccess, failing.Due) = (true, new Moment(time.GetTimestamp(), TimeSpan.Zero));
        }
    }

    /// <summary>An attempt is over, and there will be none after it.</summary>
    public void End(ImmutableArray<AlertNotification> notifications)
    {
        UnderWay = false;
        _failing.RemoveAll(f => IsSame(f.Notifications, notifications));
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>How long to wait before the next try: twice as long each time.</returns>
    public TimeSpan Failed(ImmutableArray<AlertNotification> notifications, string error)
    {
        UnderWay = false;
        var failing = _failing.Find(f => IsSame(f.Notifications, notifications));
        if (failing is null)
        {
            failing = new Failing(notifications);
            _failing.Add(failing);
        }

        return failing.Again(error, time);
    }

    private List<TimeSpan> SentAgo()
    {
        while (_sentAt.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= (Channel.Burst?.Period ?? TimeSpan.Zero))
        {
            _sentAt.Dequeue();
        }

        return [.. _sentAt.Select(sent => time.GetElapsedTime(sent))];
    }

    private static bool IsSame(ImmutableArray<AlertNotification> a, ImmutableArray<AlertNotification> b) =>
        a.Length == b.Length && a[0].Id == b[0].Id;

    /// <summary>A moment to come, by the monotonic clock.</summary>
    private readonly record struct Moment(long Since, TimeSpan After)
    {
        public TimeSpan Wait(TimeProvider time) => After - time.GetElapsedTime(Since);
    }

    /// <summary>One notification or one summary that did not arrive.</summary>
    private sealed class Failing(ImmutableArray<AlertNotification> notifications)
    {
        private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
        private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

        public ImmutableArray<AlertNotification> Notifications { get; } = notifications;

        /// <summary>Tries that failed.</summary>
        public int Tries { get; private set; }

        /// <summary>Why the latest one did.</summary>
        public string Error { get; private set; } = "";

        public Moment Due { get; set; }

        /// <summary>Whether the receiver has taken something else since.</summary>
        public bool HasSeenSuccess { get; set; }

        public TimeSpan Again(string error, TimeProvider time)
        {
            (Tries, Error) = (Tries + 1, error);
            var wait = FirstWait * Math.Pow(2, Math.Min(Tries - 1, 16));
            wait = wait < LongestWait ? wait : LongestWait;
            Due = new Moment(time.GetTimestamp(), wait);
            return wait;
        }
    }
}
