using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Notifications;

/// <summary>
/// Alerts as cvpaAlertRaised and cvpaAlertCleared of CVPACTORS-MIB. The notification's id is among the variables,
/// so that a receiver can tell a second copy.
/// </summary>
internal static class CvpActorsNotification
{
    /// <summary>Where CVPACTORS-MIB is rooted unless the operator has an enterprise number to put it under: net-snmp's playpen.</summary>
    public const string DefaultBase = "1.3.6.1.4.1.8072.9999.9999";

    /// <summary>The notification of an alert.</summary>
    public static SnmpNotification Of(AlertNotification alert, NotificationSource source, ObjectIdentifier baseOid)
    {
        VariableBinding Variable(uint number, SnmpValue value) => new(baseOid.Append(1, 3, number, 0), value);

        return new SnmpNotification(baseOid.Append(0, alert.Phase == AlertPhase.Raised ? 1u : 2u),
        [
            Variable(1, Text(alert.Id)),
            Variable(2, Text(source.Host)),
            Variable(3, Text(alert.Database)),
            Variable(4, Text(alert.AlertId)),
            Variable(5, Text(alert.Code)),
            Variable(6, new SnmpValue.Integer32((int)AlertSeverity.Of(alert))),
            Variable(7, new SnmpValue.OctetString(TextualConventions.DateAndTime(alert.At))),
            Variable(8, Text(alert.Text)),
        ]);
    }

    private static SnmpValue.OctetString Text(string text) => new(TextualConventions.AdminString(text));
}
