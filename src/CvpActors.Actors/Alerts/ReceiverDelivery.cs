using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Alerts;

/// <summary>How delivery to one receiver is going; of no value after a restart, so not persisted.</summary>
internal sealed class ReceiverDelivery(IAlertChannel channel, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>When each notification of the latest period was sent, by the monotonic clock.</summary>
    private readonly Queue<long> _sentAt = new();

    public IAlertChannel Channel { get; } = channel;

    public string Receiver => Channel.Receiver;

    /// <summary>Whether an attempt is being made at this moment.</summary>
    public bool UnderWay { get; set; }

    /// <summary>The notifications that could not be delivered.</summary>
    public IReadOnlyCollection<string> FailedNotifications { get; private set; } = [];

    /// <summary>Tries that failed in a row.</summary>
    public int FailedTries { get; private set; }

    /// <summary>Why the latest try failed.</summary>
    public string? LastError { get; private set; }

    /// <summary>What to send next of what waits, oldest first and not empty.</summary>
    public NextDelivery Next(IReadOnlyList<AlertNotification> pending)
    {
        if (Channel.Burst is not { } limit)
        {
            return new NextDelivery([pending[0]], TimeSpan.Zero);
        }

        while (_sentAt.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= limit.Period)
        {
            _sentAt.Dequeue();
        }

        return limit.Next(pending, [.. _sentAt.Select(sent => time.GetElapsedTime(sent))]);
    }

    public void Succeeded()
    {
        _sentAt.Enqueue(time.GetTimestamp());
        UnderWay = false;
        (FailedNotifications, FailedTries, LastError) = ([], 0, null);
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>How long to wait before the next try: twice as long each time.</returns>
    public TimeSpan Failed(IReadOnlyCollection<string> notifications, string error)
    {
        UnderWay = false;
        (FailedNotifications, LastError) = (notifications, error);
        FailedTries++;
        var wait = FirstWait * Math.Pow(2, Math.Min(FailedTries - 1, 16));
        return wait < LongestWait ? wait : LongestWait;
    }
}
