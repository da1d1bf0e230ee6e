using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Notifications;

/// <summary>
/// Alerts as ccvpCvpEvent of CISCO-CVP-MIB (revision 2011-09-22): one notification for everything, told apart by the message id.
/// Sub-identifiers and syntaxes are those of the MIB: .1 message id (Unsigned32), .2 host, .3 application and .4 message name
/// (SnmpAdminString), .5 state, .6 severity (INTEGER), .7 time (DateAndTime), .8 text (SnmpAdminString). They are scalars,
/// so their instance is 0.
/// </summary>
internal static class CiscoCvpNotification
{
    public static readonly ObjectIdentifier CvpEvent = ObjectIdentifier.Parse("1.3.6.1.4.1.9.9.590.0.1");
    public static readonly ObjectIdentifier NotificationInfo = ObjectIdentifier.Parse("1.3.6.1.4.1.9.9.590.1.7");

    private const int Raise = 1;
    private const int Clear = 2;

    /// <summary>The notification of an alert.</summary>
    public static SnmpNotification Of(AlertNotification alert, NotificationSource source)
    {
        var (id, name) = Message(alert);

        var application = string.Join('/', Origin(alert, source, isOneOfMany: id == AlertMessage));
        var text = id == AlertMessage ? $"{alert.Code}: {alert.Text}" : alert.Text;
        return new SnmpNotification(CvpEvent,
        [
            Variable(1, new SnmpValue.Unsigned32(id)),
            Variable(2, new SnmpValue.OctetString(TextualConventions.AdminString(source.Host))),
            Variable(3, new SnmpValue.OctetString(TextualConventions.AdminString(application))),
            Variable(4, SnmpValue.Text(name)),
            Variable(5, new SnmpValue.Integer32(alert.Phase == AlertPhase.Raised ? Raise : Clear)),
            Variable(6, new SnmpValue.Integer32((int)AlertSeverity.Of(alert))),
            Variable(7, new SnmpValue.OctetString(TextualConventions.DateAndTime(alert.At))),
            Variable(8, new SnmpValue.OctetString(TextualConventions.AdminString(text))),
        ]);
    }

    private const uint AlertMessage = 4014;

    /// <summary>
    /// Receivers pair a clear with its raise by host, application and message id. Without the database one database's recovery would clear
    /// another one's failure; and since one message stands for every cause that Cisco has none of, the cause and the alert belong there too.
    /// </summary>
    private static IEnumerable<string> Origin(AlertNotification alert, NotificationSource source, bool isOneOfMany)
    {
        string[] cause = isOneOfMany ? [alert.Code, alert.AlertId] : [];
        return [source.Application, .. alert.Database.Length > 0 ? [alert.Database] : Array.Empty<string>(), .. cause];
    }

    private static (uint Id, string Name) Message(AlertNotification alert) => (alert.Code, alert.Phase) switch
    {
        (AlertCodes.PurgeFailed, AlertPhase.Raised) => (4006, "REPORTING_DB_PURGE_FAILED"),
        (AlertCodes.PurgeFailed, AlertPhase.Cleared) => (4007, "REPORTING_DB_PURGE_COMPLETED"),
        (AlertCodes.BackupFailed, AlertPhase.Raised) => (4010, "REPORTING_DB_BACKUP_FAILED"),
        (AlertCodes.BackupFailed, AlertPhase.Cleared) => (4011, "REPORTING_DB_BACKUP_COMPLETED"),
        _ => (AlertMessage, "REPORTING_DB_ALERT_MSG"),
    };

    private static VariableBinding Variable(uint column, SnmpValue value) => new(NotificationInfo.Append(column, 0), value);
}
