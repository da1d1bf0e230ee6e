using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CvpActors.Snmp.Security;

/// <summary>A keyed digest of SNMPv3 (RFC 3414 and RFC 7860).</summary>
/// <remarks>HMAC-SHA-224-128 of RFC 7860 is left out: the base class library has no SHA-224. HMAC-MD5 is left out because it is broken.</remarks>
public sealed class AuthenticationAlgorithm
{
    private static readonly AuthenticationAlgorithm[] All =
    [
        new("SHA-1", HashAlgorithmName.SHA1, keyBytes: 20, digestBytes: 12),
        new("SHA-256", HashAlgorithmName.SHA256, keyBytes: 32, digestBytes: 24),
        new("SHA-384", HashAlgorithmName.SHA384, keyBytes: 48, digestBytes: 32),
        new("SHA-512", HashAlgorithmName.SHA512, keyBytes: 64, digestBytes: 48),
    ];

    private AuthenticationAlgorithm(string name, HashAlgorithmName hash, int keyBytes, int digestBytes) =>
        (Name, Hash, KeyBytes, DigestBytes) = (name, hash, keyBytes, digestBytes);

    /// <summary>The names that <see cref="TryFind"/> knows, for messages about one that it does not.</summary>
    public static string Allowed => string.Join(", ", All.Select(a => a.Name));

    /// <summary>HMAC-SHA-1-96 (RFC 3414, section 7).</summary>
    public static AuthenticationAlgorithm Sha1 => All[0];

    /// <summary>HMAC-SHA-256-192 (RFC 7860).</summary>
    public static AuthenticationAlgorithm Sha256 => All[1];

    /// <summary>The name, as configurations write it.</summary>
    public string Name { get; }

    /// <summary>The hash under the HMAC.</summary>
    public HashAlgorithmName Hash { get; }

    /// <summary>The length of a localised key, bytes.</summary>
    public int KeyBytes { get; }

    /// <summary>The length of the truncated digest in a message, bytes.</summary>
    public int DigestBytes { get; }

    /// <summary>Finds an algorithm by its name, in any case; plain <c>SHA</c> is SHA-1, as net-snmp has it, and the hyphen may be missing.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out AuthenticationAlgorithm? algorithm)
    {
        var wanted = (name ?? "").Replace("-", "", StringComparison.Ordinal);
        algorithm = Array.Find(All, a => a.Name.Replace("-", "", StringComparison.Ordinal).Equals(wanted, StringComparison.OrdinalIgnoreCase));
        if (wanted.Equals("SHA", StringComparison.OrdinalIgnoreCase))
        {
            algorithm = Sha1;
        }

        return algorithm is not null;
    }

    /// <summary>The truncated digest of a whole message whose digest field holds zeroes.</summary>
    internal byte[] Digest(byte[] key, ReadOnlySpan<byte> message) =>
        CryptographicOperations.HmacData(Hash, key, message)[..DigestBytes];

    /// <summary>The algorithm's name.</summary>
    public override string ToString() => Name;
}
