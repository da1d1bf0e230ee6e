namespace CvpActors.Domain.Alerts;

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
