using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Alerts;

/// <summary>How delivery to one receiver is going; of no value after a restart, so not persisted.</summary>
internal sealed class ReceiverDelivery(IAlertChannel channel)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    public IAlertChannel Channel { get; } = channel;

    public string Receiver => Channel.Receiver;

    /// <summary>Whether an attempt is being made at this moment.</summary>
    public bool UnderWay { get; set; }

    /// <summary>The notification that could not be delivered, or null.</summary>
    public string? FailedNotification { get; private set; }

    /// <summary>Tries that failed in a row.</summary>
    public int FailedTries { get; private set; }

    /// <summary>Why the latest try failed.</summary>
    public string? LastError { get; private set; }

    public void Succeeded()
    {
        UnderWay = false;
        (FailedNotification, FailedTries, LastError) = (null, 0, null);
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>How long to wait before the next try: twice as long each time.</returns>
    public TimeSpan Failed(string notification, string error)
    {
        UnderWay = false;
        (FailedNotification, LastError) = (notification, error);
        FailedTries++;
        var wait = FirstWait * Math.Pow(2, Math.Min(FailedTries - 1, 16));
        return wait < LongestWait ? wait : LongestWait;
    }
}
