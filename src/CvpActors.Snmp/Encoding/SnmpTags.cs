using System.Formats.Asn1;

namespace CvpActors.Snmp.Encoding;

/// <summary>The tags that SNMP adds to ASN.1: application types (RFC 2578, 7.1), PDUs and exceptions (RFC 3416, 3).</summary>
internal static class SnmpTags
{
    public static readonly Asn1Tag IpAddress = new(TagClass.Application, 0);
    public static readonly Asn1Tag Counter32 = new(TagClass.Application, 1);
    public static readonly Asn1Tag Unsigned32 = new(TagClass.Application, 2);
    public static readonly Asn1Tag TimeTicks = new(TagClass.Application, 3);
    public static readonly Asn1Tag Opaque = new(TagClass.Application, 4);
    public static readonly Asn1Tag Counter64 = new(TagClass.Application, 6);
    public static readonly Asn1Tag NoSuchObject = new(TagClass.ContextSpecific, 0);
    public static readonly Asn1Tag NoSuchInstance = new(TagClass.ContextSpecific, 1);
    public static readonly Asn1Tag EndOfMibView = new(TagClass.ContextSpecific, 2);

    public static Asn1Tag Of(PduType type) => new(TagClass.ContextSpecific, (int)type, isConstructed: true);

    public static Asn1Tag Of(AbsentReason reason) => reason switch
    {
        AbsentReason.NoSuchObject => NoSuchObject,
        AbsentReason.NoSuchInstance => NoSuchInstance,
        AbsentReason.EndOfMibView => EndOfMibView,
        _ => Asn1Tag.Null,
    };
}
