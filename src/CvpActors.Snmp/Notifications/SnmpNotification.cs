using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Notifications;

/// <summary>Who speaks: what receivers show as the origin of a notification.</summary>
/// <param name="Host">The host name of a node that is alone; a cluster's own name, or a clear from another node would not find its raise.</param>
/// <param name="Application">The product's name, as receivers filter by it.</param>
public sealed record NotificationSource(string Host, string Application);

/// <summary>How alerts are written as notifications.</summary>
public enum NotificationProfile
{
    /// <summary>As Cisco CVP does, so that the rules an operations centre already has keep working.</summary>
    CiscoCvp,

    /// <summary>As CVPACTORS-MIB defines them: the alert's code, database and ids in variables of their own.</summary>
    CvpActors,
}

/// <summary>A notification ready to be sent: its name and its variables.</summary>
/// <param name="Name">The value of snmpTrapOID.0.</param>
/// <param name="Variables">The variables after sysUpTime.0 and snmpTrapOID.0.</param>
internal sealed record SnmpNotification(ObjectIdentifier Name, ImmutableArray<VariableBinding> Variables)
{
    private static readonly ObjectIdentifier SysUpTime = ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0");
    private static readonly ObjectIdentifier SnmpTrapOid = ObjectIdentifier.Parse("1.3.6.1.6.3.1.1.4.1.0");

    /// <summary>The notification of an alert in a profile.</summary>
    public static SnmpNotification Of(
        AlertNotification alert, NotificationSource source, NotificationProfile profile, ObjectIdentifier baseOid) =>
        profile == NotificationProfile.CiscoCvp
            ? CiscoCvpNotification.Of(alert, source)
            : CvpActorsNotification.Of(alert, source, baseOid);

    /// <summary>The PDU: sysUpTime.0 and snmpTrapOID.0 first (RFC 3416, 4.2.6).</summary>
    public Pdu ToPdu(PduType type, int requestId, uint uptimeHundredths) => new(type, requestId, 0, 0,
    [
        new VariableBinding(SysUpTime, new SnmpValue.TimeTicks(uptimeHundredths)),
        new VariableBinding(SnmpTrapOid, new SnmpValue.Identifier(Name)),
        .. Variables,
    ]);
}
