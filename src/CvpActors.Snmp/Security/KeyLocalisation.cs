using System.Security.Cryptography;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Security;

/// <summary>From a passphrase to the key of one engine (RFC 3414, 2.6 and A.2).</summary>
public static class KeyLocalisation
{
    private const int StretchedBytes = 1_048_576;

    /// <summary>The user's key Ku: the hash of the passphrase repeated to one mebibyte.</summary>
    /// <exception cref="ArgumentException">The passphrase is empty.</exception>
    public static byte[] UserKey(HashAlgorithmName hash, ReadOnlySpan<byte> passphrase)
    {
        if (passphrase.IsEmpty)
        {
            throw new ArgumentException("an empty passphrase has no key", nameof(passphrase));
        }

        var stretched = new byte[StretchedBytes];
        for (var filled = 0; filled < stretched.Length; filled += passphrase.Length)
        {
            passphrase[..Math.Min(passphrase.Length, stretched.Length - filled)].CopyTo(stretched.AsSpan(filled));
        }

        return CryptographicOperations.HashData(hash, stretched);
    }

    /// <summary>The localised key Kul = H(Ku, engine id, Ku): a receiver that leaks it gives away itself and no other.</summary>
    public static byte[] Localise(HashAlgorithmName hash, ReadOnlySpan<byte> userKey, Octets engineId) =>
        CryptographicOperations.HashData(hash, (byte[])[.. userKey, .. engineId.Span, .. userKey]);

    /// <summary>
    /// The localised key cut or stretched to what a cipher needs: Kul = Kul, H(Kul) until it is long enough
    /// (draft-blumenthal-aes-usm-04, 3.1.2.1). Only AES-256 with SHA-1 needs the stretching.
    /// </summary>
    public static byte[] ForCipher(HashAlgorithmName hash, byte[] localisedKey, int bytes)
    {
        var key = localisedKey;
        while (key.Length < bytes)
        {
            key = [.. key, .. CryptographicOperations.HashData(hash, key)];
        }

        return key[..bytes];
    }
}
