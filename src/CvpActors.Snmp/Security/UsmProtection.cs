using System.Buffers.Binary;
using System.Security.Cryptography;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Security;

/// <summary>Signs and encrypts messages, and opens those that come back (RFC 3414, 3.1 and 3.2; RFC 3826, 3.3).</summary>
internal static class UsmProtection
{
    // RFC 3826, 3.1.2.1: a salt must never come twice under one key, also not after a restart; hence the random start.
    private static long _salt = BinaryPrimitives.ReadInt64BigEndian(RandomNumberGenerator.GetBytes(8));

    /// <summary>The bytes of a message, encrypted and signed as the user's level asks.</summary>
    public static byte[] Seal(int messageId, bool reportable, ScopedPdu scoped, UsmKeys keys, EngineClock engine)
    {
        var flags = (keys.Level switch
        {
            SecurityLevel.AuthPriv => MessageFlags.Authenticated | MessageFlags.Private,
            SecurityLevel.AuthNoPriv => MessageFlags.Authenticated,
            _ => MessageFlags.None,
        }) | (reportable ? MessageFlags.Reportable : MessageFlags.None);

        var salt = Octets.Empty;
        var encrypted = Octets.Empty;
        if (keys.Level == SecurityLevel.AuthPriv)
        {
            var octets = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(octets, Interlocked.Increment(ref _salt));
            salt = new Octets(octets);
            encrypted = new Octets(
                PrivacyAlgorithm.Encrypt(keys.PrivacyKey, engine.Boots, engine.Time, octets, SnmpEncoder.Encode(scoped)));
        }

        var digest = new byte[keys.Authentication?.DigestBytes ?? 0];
        var security = new UsmParameters(engine.EngineId, engine.Boots, engine.Time, keys.UserName, new Octets(digest), salt);
        var message = new UserMessage(
            messageId, SnmpMessageSize.Maximum, flags, security, encrypted.Length > 0 ? null : scoped, encrypted);
        if (keys.Authentication is not { } algorithm)
        {
            return SnmpEncoder.Encode(message);
        }

        // The zeroes and the digest are of one length, so encoding again with the digest gives the same bytes around it.
        var signed = algorithm.Digest(keys.AuthenticationKey, SnmpEncoder.Encode(message));
        return SnmpEncoder.Encode(message with { Security = security with { Authentication = new Octets(signed) } });
    }

    /// <summary>
    /// Opens a message that claims to be protected as its flags say: verifies the digest, then decrypts.
    /// </summary>
    /// <exception cref="SnmpFormatException">The digest is wrong, or what was decrypted is not a scoped PDU.</exception>
    public static ScopedPdu Open(ReadOnlySpan<byte> bytes, UserMessage message, UsmKeys keys)
    {
        if ((message.Flags & MessageFlags.Authenticated) != 0)
        {
            Verify(bytes, message, keys);
        }

        if ((message.Flags & MessageFlags.Private) == 0)
        {
            return message.Plain ?? throw new SnmpFormatException("a message without a scoped PDU");
        }

        if (keys.PrivacyKey.Length == 0)
        {
            throw new SnmpFormatException("an encrypted message for a user without a privacy key");
        }

        var (_, boots, time, _, _, salt) = message.Security;
        return PrivacyAlgorithm.TryDecrypt(keys.PrivacyKey, boots, time, salt.Span, message.Encrypted.Span, out var plain)
            ? SnmpDecoder.DecodeScopedPdu(plain)
            : throw new SnmpFormatException($"a salt of {salt.Length} octets instead of 8");
    }

    private static void Verify(ReadOnlySpan<byte> bytes, UserMessage message, UsmKeys keys)
    {
        if (keys.Authentication is not { } algorithm)
        {
            throw new SnmpFormatException("a signed message for a user without an authentication key");
        }

        var given = message.Security.Authentication;
        if (given.Length != algorithm.DigestBytes)
        {
            throw new SnmpFormatException($"a digest of {given.Length} octets instead of the {algorithm.DigestBytes} of {algorithm}");
        }

        var blanked = bytes.ToArray();
        blanked.AsSpan(message.DigestOffset, given.Length).Clear();
        if (!CryptographicOperations.FixedTimeEquals(algorithm.Digest(keys.AuthenticationKey, blanked), given.Span))
        {
            throw new SnmpFormatException("the digest does not match the message");
        }
    }
}

/// <summary>The size that our messages state as the largest accepted, bytes: what fits one UDP datagram over IPv4.</summary>
internal static class SnmpMessageSize
{
    public const int Maximum = 65_507;
}
