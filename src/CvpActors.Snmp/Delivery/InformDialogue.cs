using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Delivery;

/// <summary>What an answer to an inform means.</summary>
internal enum AnswerKind
{
    /// <summary>It belongs to something else, or cannot be trusted; wait on.</summary>
    Unmatched,

    /// <summary>The receiver has the notification.</summary>
    Acknowledged,

    /// <summary>Something was learnt that lets the next message succeed; send it at once.</summary>
    SendAgain,

    /// <summary>The receiver refuses, and would refuse the same message again.</summary>
    Refused,
}

/// <summary>An answer's meaning, with the reason where it is a refusal.</summary>
internal readonly record struct Answer(AnswerKind Kind, string Reason = "");

/// <summary>One inform's conversation with a receiver: what to send next, and what answers mean. No socket and no waiting in it.</summary>
internal interface IInformDialogue
{
    /// <summary>The next message.</summary>
    byte[] Next();

    /// <summary>What an answer means.</summary>
    /// <exception cref="SnmpFormatException">It is malformed.</exception>
    Answer Read(ReadOnlyMemory<byte> datagram);
}

/// <summary>An inform over SNMPv2c.</summary>
internal sealed class CommunityInform(Octets community, Pdu inform) : IInformDialogue
{
    /// <inheritdoc/>
    public byte[] Next() => SnmpEncoder.Encode(new CommunityMessage(community, inform));

    /// <inheritdoc/>
    public Answer Read(ReadOnlyMemory<byte> datagram)
    {
        var message = SnmpDecoder.DecodeCommunityMessage(datagram);
        return message.Community == community
            ? Acknowledgement.Read(message.Pdu, inform.RequestId)
            : new Answer(AnswerKind.Unmatched);
    }
}

/// <summary>Whether a PDU acknowledges an inform: a response with its request id (RFC 3416, 4.2.7).</summary>
internal static class Acknowledgement
{
    public static Answer Read(Pdu pdu, int requestId)
    {
        if (pdu.Type != PduType.Response || pdu.RequestId != requestId)
        {
            return new Answer(AnswerKind.Unmatched);
        }

        return pdu.ErrorStatus == 0
            ? new Answer(AnswerKind.Acknowledged)
            : new Answer(AnswerKind.Refused, $"the receiver answered with error-status {pdu.ErrorStatus} (RFC 3416, 3)");
    }
}
