using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CvpActors.Snmp.Security;

/// <summary>AES in 128-bit cipher feedback (RFC 3826), with keys of 128 bits, or of 256 bits as net-snmp's AES-256.</summary>
public sealed class PrivacyAlgorithm
{
    private const int BlockBytes = 16;
    private const int SaltBytes = 8;

    // AES-256 as draft-blumenthal-aes-usm-04 has it, the flavour of net-snmp.
    private static readonly PrivacyAlgorithm[] All = [new("AES-128", 16), new("AES-256", 32)];

    private PrivacyAlgorithm(string name, int keyBytes) => (Name, KeyBytes) = (name, keyBytes);

    /// <summary>The names that <see cref="TryFind"/> knows, for messages about one that it does not.</summary>
    public static string Allowed => string.Join(", ", All.Select(a => a.Name));

    /// <summary>CFB128-AES-128 (RFC 3826).</summary>
    public static PrivacyAlgorithm Aes128 => All[0];

    /// <summary>The name, as configurations write it.</summary>
    public string Name { get; }

    /// <summary>The length of the key, bytes.</summary>
    public int KeyBytes { get; }

    /// <summary>Finds an algorithm by its name, in any case; plain <c>AES</c> is AES-128, and the hyphen may be missing.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out PrivacyAlgorithm? algorithm)
    {
        var wanted = (name ?? "").Replace("-", "", StringComparison.Ordinal);
        algorithm = Array.Find(All, a => a.Name.Replace("-", "", StringComparison.Ordinal).Equals(wanted, StringComparison.OrdinalIgnoreCase));
        if (wanted.Equals("AES", StringComparison.OrdinalIgnoreCase))
        {
            algorithm = Aes128;
        }

        return algorithm is not null;
    }

    /// <summary>Encrypts; the output is as long as the input.</summary>
    internal static byte[] Encrypt(byte[] key, int boots, int time, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> plain)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptCfb(WholeBlocks(plain), Vector(boots, time, salt), PaddingMode.None, BlockBytes * 8)[..plain.Length];
    }

    /// <summary>Decrypts; the output is as long as the input. False when the salt is not one.</summary>
    internal static bool TryDecrypt(byte[] key, int boots, int time, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> encrypted, out byte[] plain)
    {
        plain = [];
        if (salt.Length != SaltBytes)
        {
            return false;
        }

        using var aes = Aes.Create();
        aes.Key = key;
        plain = aes.DecryptCfb(WholeBlocks(encrypted), Vector(boots, time, salt), PaddingMode.None, BlockBytes * 8)[..encrypted.Length];
        return true;
    }

    /// <summary>The algorithm's name.</summary>
    public override string ToString() => Name;

    // RFC 3826, 3.1.2.1: the authoritative engine's boots and time, then the salt.
    private static byte[] Vector(int boots, int time, ReadOnlySpan<byte> salt)
    {
        var vector = new byte[BlockBytes];
        BinaryPrimitives.WriteInt32BigEndian(vector, boots);
        BinaryPrimitives.WriteInt32BigEndian(vector.AsSpan(4), time);
        salt.CopyTo(vector.AsSpan(8));
        return vector;
    }

    // Cipher feedback needs no padding, but the library insists on whole blocks. The tail does not change what comes before it.
    private static byte[] WholeBlocks(ReadOnlySpan<byte> bytes)
    {
        var padded = new byte[(bytes.Length + BlockBytes - 1) / BlockBytes * BlockBytes];
        bytes.CopyTo(padded);
        return padded;
    }
}
