using System.Collections.Immutable;
using CsCheck;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Tests.Encoding;

public sealed class MessageTests
{
    private static readonly Gen<Octets> SomeOctets = Gen.Byte.Array[0, 40].Select(bytes => new Octets(bytes));

    private static readonly Gen<Octets> ShortOctets = Gen.Byte.Array[0, 32].Select(bytes => new Octets(bytes));

    private static readonly Gen<ObjectIdentifier> Identifiers =
        Gen.UInt.Array[0, 20].Select(Gen.Int[0, 39], (arcs, second) => ObjectIdentifier.Parse($"1.{second}").Append(arcs));

    private static readonly Gen<SnmpValue> Values = Gen.OneOf<SnmpValue>(
        Gen.Int.Select(n => (SnmpValue)new SnmpValue.Integer32(n)),
        SomeOctets.Select(o => (SnmpValue)new SnmpValue.OctetString(o)),
        Identifiers.Select(i => (SnmpValue)new SnmpValue.Identifier(i)),
        Gen.Byte.Array[4].Select(b => (SnmpValue)new SnmpValue.IpAddress(new Octets(b))),
        Gen.UInt.Select(n => (SnmpValue)new SnmpValue.Counter32(n)),
        Gen.UInt.Select(n => (SnmpValue)new SnmpValue.Unsigned32(n)),
        Gen.UInt.Select(n => (SnmpValue)new SnmpValue.TimeTicks(n)),
        SomeOctets.Select(o => (SnmpValue)new SnmpValue.Opaque(o)),
        Gen.ULong.Select(n => (SnmpValue)new SnmpValue.Counter64(n)),
        Any(Enum.GetValues<AbsentReason>()).Select(r => (SnmpValue)new SnmpValue.Absent(r)));

    private static readonly Gen<Pdu> Pdus =
        Gen.Select(
            Any(Enum.GetValues<PduType>()),
            Gen.Int,
            Gen.Int[0, 18],
            Gen.Int[0, 10],
            Gen.Select(Identifiers, Values, (name, value) => new VariableBinding(name, value)).Array[0, 6],
            (type, id, status, index, variables) => new Pdu(type, id, status, index, [.. variables]));

    private static readonly Gen<UserMessage> UserMessages =
        Gen.Select(
            Gen.Int[0, int.MaxValue],
            Any(MessageFlags.None, MessageFlags.Reportable, MessageFlags.Authenticated, MessageFlags.Authenticated | MessageFlags.Private),
            Gen.Select(ShortOctets, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], ShortOctets, SomeOctets, SomeOctets,
                (engine, boots, time, user, digest, salt) => new UsmParameters(engine, boots, time, user, digest, salt)),
            Gen.Select(SomeOctets, SomeOctets, Pdus, (engine, name, pdu) => new ScopedPdu(engine, name, pdu)),
            SomeOctets,
            (id, flags, security, plain, encrypted) => (flags & MessageFlags.Private) == 0
                ? new UserMessage(id, 65507, flags, security, plain, Octets.Empty)
                : new UserMessage(id, 65507, flags, security, null, encrypted));

    [Fact]
    public void A_community_message_survives_encoding_and_decoding() =>
        Gen.Select(SomeOctets, Pdus, (community, pdu) => new CommunityMessage(community, pdu)).Sample(message =>
            Assert.Equal(message, SnmpDecoder.DecodeCommunityMessage(SnmpEncoder.Encode(message))));

    [Fact]
    public void A_user_message_survives_encoding_and_decoding() => UserMessages.Sample(message =>
        Assert.Equal(message, SnmpDecoder.DecodeUserMessage(SnmpEncoder.Encode(message)) with { DigestOffset = -1 }));

    [Fact]
    public void The_place_of_the_digest_is_found_in_the_received_bytes() => UserMessages.Sample(message =>
    {
        var bytes = SnmpEncoder.Encode(message);
        var digest = message.Security.Authentication;
        var offset = SnmpDecoder.DecodeUserMessage(bytes).DigestOffset;
        Assert.True(digest.Length == 0 || bytes.AsSpan(offset, digest.Length).SequenceEqual(digest.Span));
    });

    [Fact]
    public void Random_bytes_give_a_format_exception_or_a_message_and_nothing_else() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Feed(bytes), iter: 20_000);

    [Fact]
    public void Mutated_messages_give_a_format_exception_or_a_message_and_nothing_else() =>
        Gen.Select(
            Gen.OneOf(
                UserMessages.Select(SnmpEncoder.Encode),
                Gen.Select(SomeOctets, Pdus, (community, pdu) => SnmpEncoder.Encode(new CommunityMessage(community, pdu)))),
            Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 6],
            Gen.Int[0, 10_000],
            (bytes, changes, cut) =>
            {
                foreach (var (place, value) in changes)
                {
                    bytes[place % bytes.Length] = value;
                }

                return cut % 3 == 0 ? bytes[..(cut % bytes.Length)] : bytes;
            }).Sample(bytes => Feed(bytes), iter: 50_000);

    [Fact]
    public void A_trap_has_the_bytes_that_net_snmp_gives_it()
    {
        // Sent with net-snmp 5.9.3's snmptrap: the same variables, time and request id.
        const string Golden =
            "3082012b02010104067075626c6963a782011c0204623e8aeb0201000201003082010c300e06082b06010201010300430230393019060a2b0601060301"
            + "01040100060b2b060104010909844e00013013060d2b060104010909844e0107010042020faa3015060d2b060104010909844e0107020004047265"
            + "70313024060d2b060104010909844e0107030004134376704163746f72732f7265706f7274696e67302b060d2b060104010909844e01070400041a"
            + "5245504f5254494e475f44425f4241434b55505f4641494c45443012060d2b060104010909844e010705000201013012060d2b060104010909844e"
            + "01070600020103301c060d2b060104010909844e01070700040b07ea0b17020000002b0000301a060d2b060104010909844e010708000409697420"
            + "6661696c6564";
        var pdu = Snmp.Notifications.CiscoCvpNotification.Of(Samples.BackupFailed, Samples.Source).ToPdu(PduType.Trap, 0x623e8aeb, 12345);

        var bytes = SnmpEncoder.Encode(new CommunityMessage(Octets.Utf8("public"), pdu));

        Assert.Equal(Golden, Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Lengths_in_the_long_form_are_read_too()
    {
        // 30 82 00 ..: agents that reserve two octets for every length write this, and BER allows it.
        var pdu = new Pdu(PduType.Response, 5, 0, 0, ImmutableArray<VariableBinding>.Empty);
        var bytes = SnmpEncoder.Encode(new CommunityMessage(Octets.Utf8("public"), pdu));
        byte[] longForm = [0x30, 0x82, 0x00, bytes[1], .. bytes.AsSpan(2)];

        Assert.Equal(pdu, SnmpDecoder.DecodeCommunityMessage(longForm).Pdu);
    }

    private static Gen<T> Any<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(n => choices[n]);

    private static void Feed(byte[] bytes)
    {
        Attempt(() => SnmpDecoder.DecodeCommunityMessage(bytes));
        Attempt(() => SnmpDecoder.DecodeUserMessage(bytes));
        Attempt(() => SnmpDecoder.DecodeScopedPdu(bytes));
    }

    private static void Attempt<T>(Func<T> decode)
    {
        try
        {
            decode();
        }
        catch (SnmpFormatException)
        {
            // The one that is promised.
        }
    }
}
