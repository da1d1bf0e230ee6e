namespace CvpActors.Snmp.Encoding;

/// <summary>The value of a variable, in one of the types of RFC 3416, section 3.</summary>
public abstract record SnmpValue
{
    private SnmpValue()
    {
    }

    /// <summary>INTEGER, 32 bits with a sign.</summary>
    public sealed record Integer32(int Number) : SnmpValue;

    /// <summary>OCTET STRING: text, DateAndTime, or raw octets.</summary>
    public sealed record OctetString(Octets Value) : SnmpValue;

    /// <summary>OBJECT IDENTIFIER.</summary>
    public sealed record Identifier(ObjectIdentifier Value) : SnmpValue;

    /// <summary>IpAddress, four octets.</summary>
    public sealed record IpAddress(Octets Value) : SnmpValue;

    /// <summary>Counter32.</summary>
    public sealed record Counter32(uint Number) : SnmpValue;

    /// <summary>Unsigned32 and Gauge32, which are one type on the wire.</summary>
    public sealed record Unsigned32(uint Number) : SnmpValue;

    /// <summary>TimeTicks, hundredths of a second.</summary>
    public sealed record TimeTicks(uint Hundredths) : SnmpValue;

    /// <summary>Opaque, octets of an agreed meaning.</summary>
    public sealed record Opaque(Octets Value) : SnmpValue;

    /// <summary>Counter64.</summary>
    public sealed record Counter64(ulong Number) : SnmpValue;

    /// <summary>A value that says there is none.</summary>
    public sealed record Absent(AbsentReason Reason) : SnmpValue;

    /// <summary>Text as OCTET STRING in UTF-8.</summary>
    public static SnmpValue Text(string text) => new OctetString(Octets.Utf8(text));
}

/// <summary>Why a variable has no value.</summary>
public enum AbsentReason
{
    /// <summary>NULL, as requests carry.</summary>
    Unspecified,

    /// <summary>The receiver knows no such object.</summary>
    NoSuchObject,

    /// <summary>The object exists, this instance does not.</summary>
    NoSuchInstance,

    /// <summary>A walk has left the last object.</summary>
    EndOfMibView,
}
