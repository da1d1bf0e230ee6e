using System.Collections.Immutable;
using System.Formats.Asn1;

namespace CvpActors.Snmp.Encoding;

/// <summary>
/// Reads SNMP messages. Reads BER in any of its shapes, since agents differ in how they write lengths.
/// Every failure is a <see cref="SnmpFormatException"/>.
/// </summary>
public static class SnmpDecoder
{
    /// <summary>Reads an SNMPv2c message.</summary>
    /// <exception cref="SnmpFormatException">It is not one.</exception>
    public static CommunityMessage DecodeCommunityMessage(ReadOnlyMemory<byte> bytes) => Guarded(() =>
    {
        var message = Outermost(bytes, version: 1);
        var community = new Octets(message.ReadOctetString());
        var pdu = ReadPdu(message);
        message.ThrowIfNotEmpty();
        return new CommunityMessage(community, pdu);
    });

    /// <summary>Reads an SNMPv3 message of the User-based Security Model; an encrypted scoped PDU stays encrypted.</summary>
    /// <exception cref="SnmpFormatException">It is not one.</exception>
    public static UserMessage DecodeUserMessage(ReadOnlyMemory<byte> bytes) => Guarded(() =>
    {
        var message = Outermost(bytes, version: 3);
        var header = message.ReadSequence();
        var id = NotNegative(header, "msgID");
        var maximumSize = NotNegative(header, "msgMaxSize");
        var flagOctets = header.ReadOctetString();
        if (flagOctets.Length != 1)
        {
            throw new SnmpFormatException($"msgFlags has {flagOctets.Length} octets instead of 1");
        }

        var flags = (MessageFlags)(flagOctets[0] & 7);
        if ((flags & (MessageFlags.Authenticated | MessageFlags.Private)) == MessageFlags.Private)
        {
            throw new SnmpFormatException("msgFlags asks for privacy without authentication");
        }

        var model = Int32(header, "msgSecurityModel");
        if (model != SnmpEncoder.UserBasedSecurityModel)
        {
            throw new SnmpFormatException($"security model {model} instead of 3, the User-based Security Model");
        }

        header.ThrowIfNotEmpty();

        var (security, digestOffset) = ReadSecurity(bytes, Slice(message));
        var encrypted = (flags & MessageFlags.Private) != 0;
        var result = new UserMessage(
            id,
            maximumSize,
            flags,
            security,
            encrypted ? null : ReadScopedPdu(message),
            encrypted ? new Octets(message.ReadOctetString()) : Octets.Empty)
        { DigestOffset = digestOffset };
        message.ThrowIfNotEmpty();
        return result;
    });

    /// <summary>Reads a decrypted scoped PDU; what follows it is padding.</summary>
    /// <exception cref="SnmpFormatException">It is not one, which is what a wrong privacy key looks like.</exception>
    public static ScopedPdu DecodeScopedPdu(ReadOnlyMemory<byte> bytes) =>
        Guarded(() => ReadScopedPdu(new AsnReader(bytes, AsnEncodingRules.BER)));

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AsnContentException problem)
        {
            throw new SnmpFormatException($"not an SNMP message: {problem.Message}", problem);
        }
    }

    private static AsnReader Outermost(ReadOnlyMemory<byte> bytes, int version)
    {
        var outer = new AsnReader(bytes, AsnEncodingRules.BER);
        var message = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var found = Int32(message, "version");
        return found == version ? message : throw new SnmpFormatException($"version number {found} instead of {version}");
    }

    private static (UsmParameters Security, int DigestOffset) ReadSecurity(ReadOnlyMemory<byte> whole, ReadOnlyMemory<byte> part)
    {
        var outer = new AsnReader(part, AsnEncodingRules.BER);
        var reader = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var engineId = new Octets(reader.ReadOctetString());
        if (engineId.Length > 32)
        {
            throw new SnmpFormatException($"an engine id of {engineId.Length} octets instead of at most 32");
        }

        var boots = NotNegative(reader, "msgAuthoritativeEngineBoots");
        var time = NotNegative(reader, "msgAuthoritativeEngineTime");
        var user = new Octets(reader.ReadOctetString());
        if (user.Length > 32)
        {
            throw new SnmpFormatException($"a user name of {user.Length} octets instead of at most 32");
        }

        var digest = Slice(reader);
        var salt = new Octets(reader.ReadOctetString());
        reader.ThrowIfNotEmpty();

        // The digest is empty in messages without authentication, and an empty slice has no place of its own.
        var offset = -1;
        if (!digest.IsEmpty && !whole.Span.Overlaps(digest.Span, out offset))
        {
            throw new SnmpFormatException("the digest does not lie inside the message");
        }

        return (new UsmParameters(engineId, boots, time, user, new Octets(digest.ToArray()), salt), offset);
    }

    private static ReadOnlyMemory<byte> Slice(AsnReader reader) => reader.TryReadPrimitiveOctetString(out var contents)
        ? contents
        : throw new SnmpFormatException("security parameters in pieces, which SNMP does not allow");

    private static ScopedPdu ReadScopedPdu(AsnReader outer)
    {
        var reader = outer.ReadSequence();
        var engineId = new Octets(reader.ReadOctetString());
        var name = new Octets(reader.ReadOctetString());
        var pdu = ReadPdu(reader);
        reader.ThrowIfNotEmpty();
        return new ScopedPdu(engineId, name, pdu);
    }

    private static Pdu ReadPdu(AsnReader outer)
    {
        var tag = outer.PeekTag();
        var type = (PduType)tag.TagValue;
        if (tag.TagClass != TagClass.ContextSpecific || !Enum.IsDefined(type))
        {
            throw new SnmpFormatException($"a PDU of the unknown kind {tag}");
        }

        var reader = outer.ReadSequence(SnmpTags.Of(type));
        var requestId = Int32(reader, "request-id");
        var status = Int32(reader, "error-status");
        var index = Int32(reader, "error-index");
        var list = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var variables = ImmutableArray.CreateBuilder<VariableBinding>();
        while (list.HasData)
        {
            var item = list.ReadSequence();
            var name = Identifier(item);
            variables.Add(new VariableBinding(name, ReadValue(item)));
            item.ThrowIfNotEmpty();
        }

        return new Pdu(type, requestId, status, index, variables.ToImmutable());
    }

    private static SnmpValue ReadValue(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag == Asn1Tag.Integer)
        {
            return new SnmpValue.Integer32(Int32(reader, "a value"));
        }

        if (tag.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString))
        {
            return new SnmpValue.OctetString(new Octets(reader.ReadOctetString()));
        }

        if (tag == Asn1Tag.ObjectIdentifier)
        {
            return new SnmpValue.Identifier(Identifier(reader));
        }

        if (tag == SnmpTags.IpAddress)
        {
            return ReadIpAddress(reader);
        }

        if (tag == SnmpTags.Counter32)
        {
            return new SnmpValue.Counter32(UInt32(reader, tag));
        }

        if (tag == SnmpTags.Unsigned32)
        {
            return new SnmpValue.Unsigned32(UInt32(reader, tag));
        }

        if (tag == SnmpTags.TimeTicks)
        {
            return new SnmpValue.TimeTicks(UInt32(reader, tag));
        }

        if (tag == SnmpTags.Opaque)
        {
            return new SnmpValue.Opaque(new Octets(reader.ReadOctetString(tag)));
        }

        if (tag == SnmpTags.Counter64)
        {
            return reader.TryReadUInt64(out var number, tag) ? new SnmpValue.Counter64(number) : throw Outside("Counter64", "64 bits without sign");
        }

        return ReadAbsent(reader, tag);
    }

    private static SnmpValue.Absent ReadAbsent(AsnReader reader, Asn1Tag tag)
    {
        foreach (var reason in Enum.GetValues<AbsentReason>())
        {
            if (tag == SnmpTags.Of(reason))
            {
                reader.ReadNull(tag);
                return new SnmpValue.Absent(reason);
            }
        }

        throw new SnmpFormatException($"a value of the unknown type {tag}");
    }

    private static SnmpValue.IpAddress ReadIpAddress(AsnReader reader)
    {
        var octets = new Octets(reader.ReadOctetString(SnmpTags.IpAddress));
        return octets.Length == 4
            ? new SnmpValue.IpAddress(octets)
            : throw new SnmpFormatException($"an IpAddress of {octets.Length} octets instead of 4");
    }

    private static ObjectIdentifier Identifier(AsnReader reader) =>
        ObjectIdentifier.TryParse(reader.ReadObjectIdentifier(), out var oid)
            ? oid
            : throw new SnmpFormatException("an object identifier beyond 128 arcs of 32 bits");

    private static int Int32(AsnReader reader, string what) =>
        reader.TryReadInt32(out var number) ? number : throw Outside(what, "32 bits");

    private static int NotNegative(AsnReader reader, string what) =>
        Int32(reader, what) is >= 0 and var number ? number : throw Outside(what, "0 to 2147483647");

    private static uint UInt32(AsnReader reader, Asn1Tag tag) =>
        reader.TryReadUInt32(out var number, tag) ? number : throw Outside(tag.ToString(), "32 bits without sign");

    private static SnmpFormatException Outside(string what, string allowed) => new($"{what} is outside {allowed}");
}
