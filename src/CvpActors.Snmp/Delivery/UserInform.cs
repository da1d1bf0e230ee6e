using System.Security.Cryptography;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Delivery;

/// <summary>What is known of a receiver's engine, kept from one inform to the next.</summary>
internal sealed class EngineMemory
{
    private volatile RemoteEngine? _engine;

    public RemoteEngine? Engine
    {
        get => _engine;
        set => _engine = value;
    }
}

/// <summary>
/// An inform over SNMPv3. The receiver's engine is the authoritative one: its id is discovered first (RFC 3414, 4), its clock
/// is taken from the authentic report on a message outside its time window, and both are learnt anew when it restarts.
/// </summary>
internal sealed class UserInform(UsmUser user, Pdu inform, SnmpEngine engine, EngineMemory memory, TimeProvider time) : IInformDialogue
{
    // The ids of the messages sent so far: random, so that an answer that carries one under a right digest was made for it.
    private readonly HashSet<int> _sent = [];

    /// <inheritdoc/>
    public byte[] Next()
    {
        var id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
        _sent.Add(id);
        return memory.Engine is { } remote
            ? UsmProtection.Seal(id, reportable: true, Scoped(inform), user.At(remote.EngineId), remote.Now(time))
            : Discovery(id);
    }

    /// <inheritdoc/>
    public Answer Read(ReadOnlyMemory<byte> datagram)
    {
        var message = SnmpDecoder.DecodeUserMessage(datagram);
        if (!_sent.Contains(message.MessageId))
        {
            return new Answer(AnswerKind.Unmatched);
        }

        if (memory.Engine is not { } remote)
        {
            return Discovered(message);
        }

        var keys = user.At(remote.EngineId);
        var scoped = UsmProtection.Open(datagram.Span, message, keys);
        if (scoped.Pdu.Type == PduType.Report)
        {
            return ReadReport(message, scoped.Pdu, remote);
        }

        // RFC 3412, 7.2.11: an answer has the level of its request, or anyone could acknowledge in the receiver's name.
        var level = message.Flags & (MessageFlags.Authenticated | MessageFlags.Private);
        if (level != LevelFlags(keys.Level) || message.Security.EngineId != remote.EngineId || message.Security.UserName != keys.UserName)
        {
            return new Answer(AnswerKind.Unmatched);
        }

        if (keys.Level != SecurityLevel.NoAuthNoPriv)
        {
            if (!remote.Accepts(message.Security.Boots, message.Security.Time, time))
            {
                return new Answer(AnswerKind.Unmatched);
            }

            memory.Engine = remote.Heard(message.Security.Boots, message.Security.Time, time);
        }

        return Acknowledgement.Read(scoped.Pdu, inform.RequestId);
    }

    private Answer Discovered(UserMessage message)
    {
        if (message.Plain?.Pdu.Type != PduType.Report || message.Security.EngineId.Length < 5)
        {
            return new Answer(AnswerKind.Unmatched);
        }

        // The report is not signed, so only the id is taken from it; the clock comes from a signed one.
        memory.Engine = new RemoteEngine(message.Security.EngineId, 0, 0, time.GetTimestamp());
        return new Answer(AnswerKind.SendAgain);
    }

    private Answer ReadReport(UserMessage message, Pdu report, RemoteEngine remote)
    {
        var counter = report.Variables.IsEmpty ? null : report.Variables[0].Name;
        if (counter == UsmStatistics.NotInTimeWindows)
        {
            return Resynchronised(message, remote);
        }

        if (counter == UsmStatistics.UnknownEngineIds)
        {
            memory.Engine = null;
            return new Answer(AnswerKind.SendAgain);
        }

        return UsmStatistics.Refusal(counter, user.ToString()) is { } reason
            ? new Answer(AnswerKind.Refused, reason)
            : new Answer(AnswerKind.Unmatched);
    }

    // The clock may go either way, for a receiver may have lost its boots. The digest over a message id that was made up
    // for this conversation proves that the report is no replay.
    private Answer Resynchronised(UserMessage message, RemoteEngine remote)
    {
        if ((message.Flags & MessageFlags.Authenticated) == 0 || message.Security.EngineId != remote.EngineId)
        {
            return new Answer(AnswerKind.Unmatched);
        }

        memory.Engine = new RemoteEngine(remote.EngineId, message.Security.Boots, message.Security.Time, time.GetTimestamp());
        return new Answer(AnswerKind.SendAgain);
    }

    private static byte[] Discovery(int id) => SnmpEncoder.Encode(new UserMessage(
        id,
        SnmpMessageSize.Maximum,
        MessageFlags.Reportable,
        new UsmParameters(Octets.Empty, 0, 0, Octets.Empty, Octets.Empty, Octets.Empty),
        new ScopedPdu(Octets.Empty, Octets.Empty, new Pdu(PduType.Get, id, 0, 0, [])),
        Octets.Empty));

    // RFC 3413, 3.3: the context of a notification lives at its originator, which we are.
    private ScopedPdu Scoped(Pdu pdu) => new(engine.EngineId, Octets.Empty, pdu);

    private static MessageFlags LevelFlags(SecurityLevel level) => level switch
    {
        SecurityLevel.AuthPriv => MessageFlags.Authenticated | MessageFlags.Private,
        SecurityLevel.AuthNoPriv => MessageFlags.Authenticated,
        _ => MessageFlags.None,
    };
}

/// <summary>The counters that reports name (RFC 3414, section 5), and what a person should do about them.</summary>
internal static class UsmStatistics
{
    private static readonly ObjectIdentifier Root = ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1");

    public static readonly ObjectIdentifier UnsupportedSecurityLevels = Root.Append(1, 0);
    public static readonly ObjectIdentifier NotInTimeWindows = Root.Append(2, 0);
    public static readonly ObjectIdentifier UnknownUserNames = Root.Append(3, 0);
    public static readonly ObjectIdentifier UnknownEngineIds = Root.Append(4, 0);
    public static readonly ObjectIdentifier WrongDigests = Root.Append(5, 0);
    public static readonly ObjectIdentifier DecryptionErrors = Root.Append(6, 0);

    /// <summary>The refusal that a report's counter means; null when it means none.</summary>
    public static string? Refusal(ObjectIdentifier? counter, string user) =>
        counter == UnsupportedSecurityLevels ? $"the receiver does not support this security level for user {user}: check security-level"
        : counter == UnknownUserNames ? $"the receiver does not know user {user}: check the user name, or create the user at the receiver"
        : counter == WrongDigests ? $"wrong digest for user {user}: check the auth passphrase and the auth algorithm"
        : counter == DecryptionErrors ? $"the receiver cannot decrypt for user {user}: check the privacy passphrase and the privacy algorithm"
        : null;
}
