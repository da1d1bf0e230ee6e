namespace CvpActors.Snmp.Encoding;

/// <summary>A message of SNMPv2c (RFC 1901).</summary>
/// <param name="Community">The community, which is a password that travels in the clear.</param>
/// <param name="Pdu">What it carries.</param>
public sealed record CommunityMessage(Octets Community, Pdu Pdu)
{
    /// <summary>The message without its community.</summary>
    public override string ToString() => $"SNMPv2c {Pdu.Type} {Pdu.RequestId}";
}

/// <summary>The bits of msgFlags (RFC 3412, section 6.4).</summary>
[Flags]
public enum MessageFlags
{
    /// <summary>Neither signed, nor encrypted, nor to be reported on.</summary>
    None = 0,

    /// <summary>The message carries a digest.</summary>
    Authenticated = 1,

    /// <summary>The scoped PDU is encrypted.</summary>
    Private = 2,

    /// <summary>The receiver may answer with a report when it cannot process the message.</summary>
    Reportable = 4,
}

/// <summary>The security parameters of the User-based Security Model (RFC 3414, section 2.4).</summary>
/// <param name="EngineId">The authoritative engine.</param>
/// <param name="Boots">How often that engine has started.</param>
/// <param name="Time">Seconds since its last start.</param>
/// <param name="UserName">The user.</param>
/// <param name="Authentication">The digest; empty without authentication.</param>
/// <param name="Privacy">The salt; empty without privacy.</param>
public sealed record UsmParameters(Octets EngineId, int Boots, int Time, Octets UserName, Octets Authentication, Octets Privacy);

/// <summary>A PDU and the context it belongs to (RFC 3412, section 6.8).</summary>
/// <param name="ContextEngineId">The engine that holds the context.</param>
/// <param name="ContextName">The context; empty is the default one.</param>
/// <param name="Pdu">The PDU.</param>
public sealed record ScopedPdu(Octets ContextEngineId, Octets ContextName, Pdu Pdu);

/// <summary>A message of SNMPv3 under the User-based Security Model (RFC 3412, RFC 3414).</summary>
/// <param name="MessageId">Matches an answer with its message.</param>
/// <param name="MaximumSize">The largest message the sender accepts, bytes.</param>
/// <param name="Flags">Security level and whether reports are wanted.</param>
/// <param name="Security">User, engine, digest and salt.</param>
/// <param name="Plain">The scoped PDU; null while it is encrypted.</param>
/// <param name="Encrypted">The encrypted scoped PDU; empty when <paramref name="Plain"/> is there.</param>
public sealed record UserMessage(
    int MessageId,
    int MaximumSize,
    MessageFlags Flags,
    UsmParameters Security,
    ScopedPdu? Plain,
    Octets Encrypted)
{
    /// <summary>Where the digest lies in the bytes that this was decoded from; -1 in a message that was not.</summary>
    /// <remarks>The digest is computed over the message as it came, with zeroes in the digest's place (RFC 3414, 6.3.2);
    /// encoding it again could give other bytes, since BER allows several for one value.</remarks>
    public int DigestOffset { get; init; } = -1;
}
