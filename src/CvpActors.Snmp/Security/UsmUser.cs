using System.Collections.Concurrent;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Security;

/// <summary>How a message of SNMPv3 is protected (RFC 3411, 3.4.3).</summary>
public enum SecurityLevel
{
    /// <summary>Neither signed nor encrypted.</summary>
    NoAuthNoPriv,

    /// <summary>Signed.</summary>
    AuthNoPriv,

    /// <summary>Signed and encrypted.</summary>
    AuthPriv,
}

/// <summary>The keys of one user at one engine.</summary>
/// <param name="UserName">The user.</param>
/// <param name="Level">How messages are protected.</param>
/// <param name="Authentication">The digest's algorithm; null without authentication.</param>
/// <param name="AuthenticationKey">Its localised key.</param>
/// <param name="PrivacyKey">The cipher's key; empty without privacy.</param>
internal sealed record UsmKeys(
    Octets UserName,
    SecurityLevel Level,
    AuthenticationAlgorithm? Authentication,
    byte[] AuthenticationKey,
    byte[] PrivacyKey)
{
    /// <summary>The user without its keys.</summary>
    public override string ToString() => $"{UserName.ToText()} ({Level})";
}

/// <summary>A user of the User-based Security Model: its keys are derived once per engine, since that costs a mebibyte of hashing.</summary>
internal sealed class UsmUser(
    string name,
    SecurityLevel level,
    AuthenticationAlgorithm authentication,
    Secret authenticationPassphrase,
    PrivacyAlgorithm privacy,
    Secret privacyPassphrase)
{
    private readonly ConcurrentDictionary<Octets, UsmKeys> _keys = new();

    private readonly Lazy<byte[]> _authenticationKey =
        new(() => KeyLocalisation.UserKey(authentication.Hash, authenticationPassphrase.Reveal()));

    private readonly Lazy<byte[]> _privacyKey = new(() => KeyLocalisation.UserKey(authentication.Hash, privacyPassphrase.Reveal()));

    /// <summary>The user's keys at an engine.</summary>
    public UsmKeys At(Octets engineId) => _keys.GetOrAdd(engineId, Derive);

    /// <summary>The user without its keys.</summary>
    public override string ToString() => $"{name} ({level})";

    private UsmKeys Derive(Octets engineId)
    {
        var hash = authentication.Hash;
        return new UsmKeys(
            Octets.Utf8(name),
            level,
            level == SecurityLevel.NoAuthNoPriv ? null : authentication,
            level == SecurityLevel.NoAuthNoPriv ? [] : KeyLocalisation.Localise(hash, _authenticationKey.Value, engineId),
            level == SecurityLevel.AuthPriv
                ? KeyLocalisation.ForCipher(hash, KeyLocalisation.Localise(hash, _privacyKey.Value, engineId), privacy.KeyBytes)
                : []);
    }
}
