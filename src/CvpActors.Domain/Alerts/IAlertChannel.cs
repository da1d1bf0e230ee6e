namespace CvpActors.Domain.Alerts;

/// <summary>One notification of one alert, as every channel sends it.</summary>
/// <param name="Id">Unique in the cluster: the same notification always has the same id, so that a second copy can be told.</param>
/// <param name="Database">The database; empty for the cluster as a whole.</param>
/// <param name="AlertId">The alert within that database.</param>
/// <param name="Code">One of <see cref="AlertCodes"/>.</param>
/// <param name="Phase">Raised or cleared.</param>
/// <param name="At">When that happened, UTC.</param>
/// <param name="Text">What happened and what to do.</param>
public sealed record AlertNotification(
    string Id,
    string Database,
    string AlertId,
    string Code,
    AlertPhase Phase,
    DateTimeOffset At,
    string Text);

/// <summary>A way out for alerts, to one receiver. Delivery is tried again until it succeeds.</summary>
public interface IAlertChannel
{
    /// <summary>The receiver's name, unique and permanent: what was delivered to it is remembered under this name.</summary>
    string Receiver { get; }

    /// <summary>From how many notifications on the receiver gets a summary; null for one that wants each.</summary>
    BurstLimit? Burst => null;

    /// <summary>Delivers one notification; returns once the receiver has it, as far as the channel can know.</summary>
    /// <exception cref="AlertDeliveryException">It could not be delivered; the message says why.</exception>
    Task DeliverAsync(AlertNotification notification, CancellationToken cancellation);
}

/// <summary>A notification that did not reach its receiver.</summary>
public sealed class AlertDeliveryException(string message, Exception? cause = null) : Exception(message, cause);
