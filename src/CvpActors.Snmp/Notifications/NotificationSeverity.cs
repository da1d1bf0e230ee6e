using CvpActors.Domain.Alerts;

namespace CvpActors.Snmp.Notifications;

/// <summary>Severities as both MIBs count them, which is as syslog does.</summary>
public enum NotificationSeverity
{
    /// <summary>Nothing works.</summary>
    Emergency,

    /// <summary>Act at once.</summary>
    Alert,

    /// <summary>Critical.</summary>
    Critical,

    /// <summary>Something that was to be done is not done.</summary>
    Error,

    /// <summary>It was done, but not as it should be.</summary>
    Warning,

    /// <summary>Normal, yet worth a look.</summary>
    Notice,

    /// <summary>Good news, and tests.</summary>
    Informational,

    /// <summary>For developers.</summary>
    Debug,
}

/// <summary>What severity an alert has.</summary>
public static class AlertSeverity
{
    /// <summary>
    /// Cleared alerts and tests are informational; what was to be done and failed is an error; what only looks wrong is a warning.
    /// </summary>
    public static NotificationSeverity Of(AlertNotification alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return alert.Phase == AlertPhase.Cleared || alert.Code == AlertCodes.Test ? NotificationSeverity.Informational
            : alert.Code.EndsWith("-failed", StringComparison.Ordinal)
            || alert.Code is AlertCodes.ShipmentOverdue or AlertCodes.DrillOverdue or AlertCodes.BackupOverdue or AlertCodes.PurgeOverdue
            ? NotificationSeverity.Error
            : NotificationSeverity.Warning;
    }
}
