namespace CvpActors.Domain.Alerts;

/// <summary>A way out for alerts, to one receiver. Delivery is tried again until it succeeds, or is refused for good.</summary>
public interface IAlertChannel
{
    /// <summary>The receiver's name, unique and permanent: what was delivered to it is remembered under this name.</summary>
    string Receiver { get; }

    /// <summary>From how many notifications on the receiver gets a summary; null for one that wants each.</summary>
    BurstLimit? Burst => null;

    /// <summary>Delivers one notification; returns once the receiver has it, as far as the channel can know.</summary>
    /// <exception cref="AlertRefusedException">The receiver does not want it; it is not tried again.</exception>
    /// <exception cref="AlertDeliveryException">It could not be delivered; the message says why.</exception>
    Task DeliverAsync(AlertNotification notification, CancellationToken cancellation);
}

/// <summary>A notification that did not reach its receiver.</summary>
public class AlertDeliveryException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>A notification that its receiver has refused for good: sent again it would be refused again.</summary>
public sealed class AlertRefusedException(string message) : AlertDeliveryException(message);
