using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Notifications;

namespace CvpActors.Snmp.Tests.Notifications;

public sealed class AlertSeverityTests
{
    [Theory]
    [InlineData(AlertCodes.BackupFailed, AlertPhase.Raised, NotificationSeverity.Error)]
    [InlineData(AlertCodes.ShipmentOverdue, AlertPhase.Raised, NotificationSeverity.Error)]
    [InlineData(AlertCodes.ShipmentOverdue, AlertPhase.Cleared, NotificationSeverity.Informational)]
    [InlineData(AlertCodes.ClockSkew, AlertPhase.Raised, NotificationSeverity.Warning)]
    public void What_was_to_be_done_and_was_not_is_an_error(string code, AlertPhase phase, NotificationSeverity severity) =>
        Assert.Equal(severity, AlertSeverity.Of(new AlertNotification("id", "reporting", "alert-1", code, phase, DateTimeOffset.UnixEpoch, "text")));
}
