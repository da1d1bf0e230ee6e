using CvpActors.Domain.Alerts;

namespace CvpActors.Node.Alerts;

/// <summary>Alerts as warnings in the log: always there, whatever else is configured.</summary>
internal sealed class LogAlertChannel(ILogger<LogAlertChannel> log) : IAlertChannel
{
    public string Receiver => "log";

    public Task DeliverAsync(AlertNotification notification, CancellationToken cancellation)
    {
        log.LogWarning("ALERT {Phase} {Code} {Database} {Alert}: {Text}",
            notification.Phase, notification.Code, notification.Database, notification.AlertId, notification.Text);
        return Task.CompletedTask;
    }
}
