using System.Formats.Asn1;

namespace CvpActors.Snmp.Encoding;

/// <summary>Writes SNMP messages. The output is DER, which is the one shape of BER that every receiver reads.</summary>
public static class SnmpEncoder
{
    /// <summary>The security model number of the User-based Security Model (RFC 3411, section 5).</summary>
    internal const int UserBasedSecurityModel = 3;

    /// <summary>The bytes of an SNMPv2c message.</summary>
    public static byte[] Encode(CommunityMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteOctetString(message.Community.Span);
            Write(writer, message.Pdu);
        }

        return writer.Encode();
    }

    /// <summary>The bytes of an SNMPv3 message, with digest and salt as they stand in it.</summary>
    public static byte[] Encode(UserMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            using (writer.PushSequence())
            {
                writer.WriteInteger(message.MessageId);
                writer.WriteInteger(message.MaximumSize);
                writer.WriteOctetString([(byte)message.Flags]);
                writer.WriteInteger(UserBasedSecurityModel);
            }

            writer.WriteOctetString(Encode(message.Security));
            if (message.Plain is { } plain)
            {
                Write(writer, plain);
            }
            else
            {
                writer.WriteOctetString(message.Encrypted.Span);
            }
        }

        return writer.Encode();
    }

    /// <summary>The bytes of a scoped PDU, which is what privacy encrypts.</summary>
    public static byte[] Encode(ScopedPdu scoped)
    {
        ArgumentNullException.ThrowIfNull(scoped);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        Write(writer, scoped);
        return writer.Encode();
    }

    private static byte[] Encode(UsmParameters security)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(security.EngineId.Span);
            writer.WriteInteger(security.Boots);
            writer.WriteInteger(security.Time);
            writer.WriteOctetString(security.UserName.Span);
            writer.WriteOctetString(security.Authentication.Span);
            writer.WriteOctetString(security.Privacy.Span);
        }

        return writer.Encode();
    }

    private static void Write(AsnWriter writer, ScopedPdu scoped)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(scoped.ContextEngineId.Span);
            writer.WriteOctetString(scoped.ContextName.Span);
            Write(writer, scoped.Pdu);
        }
    }

    private static void Write(AsnWriter writer, Pdu pdu)
    {
        using (writer.PushSequence(SnmpTags.Of(pdu.Type)))
        {
            writer.WriteInteger(pdu.RequestId);
            writer.WriteInteger(pdu.ErrorStatus);
            writer.WriteInteger(pdu.ErrorIndex);
            using (writer.PushSequence())
            {
                foreach (var variable in pdu.Variables)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(variable.Name.ToString());
                        Write(writer, variable.Value);
                    }
                }
            }
        }
    }

    private static void Write(AsnWriter writer, SnmpValue value)
    {
        switch (value)
        {
            case SnmpValue.Integer32 v:
                writer.WriteInteger(v.Number);
                break;
            case SnmpValue.OctetString v:
                writer.WriteOctetString(v.Value.Span);
                break;
            case SnmpValue.Identifier v:
                writer.WriteObjectIdentifier(v.Value.ToString());
                break;
            case SnmpValue.IpAddress v:
                writer.WriteOctetString(v.Value.Span, SnmpTags.IpAddress);
                break;
            case SnmpValue.Counter32 v:
                writer.WriteInteger((ulong)v.Number, SnmpTags.Counter32);
                break;
            case SnmpValue.Unsigned32 v:
                writer.WriteInteger((ulong)v.Number, SnmpTags.Unsigned32);
                break;
            case SnmpValue.TimeTicks v:
                writer.WriteInteger((ulong)v.Hundredths, SnmpTags.TimeTicks);
                break;
            case SnmpValue.Opaque v:
                writer.WriteOctetString(v.Value.Span, SnmpTags.Opaque);
                break;
            case SnmpValue.Counter64 v:
                writer.WriteInteger(v.Number, SnmpTags.Counter64);
                break;
            case SnmpValue.Absent v:
                writer.WriteNull(SnmpTags.Of(v.Reason));
                break;
            default:
                throw new InvalidOperationException($"no encoding for {value.GetType().Name}");
        }
    }
}
