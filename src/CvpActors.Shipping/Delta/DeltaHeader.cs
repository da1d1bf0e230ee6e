using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>Which file a delta makes, and out of which.</summary>
/// <param name="Unit">Bytes that ranges count in.</param>
/// <param name="NewLength">The new file's length in bytes.</param>
/// <param name="NewSha256">The new file's SHA-256, 64 lower-case hexadecimal digits.</param>
/// <param name="OldLength">The old file's length in bytes; 0 without one.</param>
/// <param name="OldSha256">The old file's SHA-256; null without one.</param>
internal sealed record DeltaHeader(int Unit, long NewLength, string NewSha256, long OldLength, string? OldSha256)
{
    private const int HashBytes = 32;

    /// <exception cref="DeltaFormatException">The file is not as long as the one that the delta is made for.</exception>
    public void RefuseOtherOld(SafeFileHandle oldFile)
    {
        if (RandomAccess.GetLength(oldFile) is var length && length != OldLength)
        {
            throw new DeltaFormatException($"the delta is made for an old file of {OldLength} bytes; this one has {length}");
        }
    }

    /// <summary>The header as it stands at the beginning of a delta.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[DeltaFormat.HeaderBytes];
        DeltaFormat.Magic.CopyTo(bytes);
        bytes[4] = DeltaFormat.Version;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), Unit);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), NewLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), OldLength);
        Convert.FromHexString(NewSha256).CopyTo(bytes, 25);
        if (OldSha256 is not null)
        {
            Convert.FromHexString(OldSha256).CopyTo(bytes, 25 + HashBytes);
        }

        var end = DeltaFormat.HeaderBytes - DeltaFormat.CheckBytes;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(end), XxHash3.HashToUInt64(bytes.AsSpan(0, end)));
        return bytes;
    }

    /// <exception cref="DeltaFormatException">It is no header, or of a version that is not known here.</exception>
    public static DeltaHeader Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < DeltaFormat.HeaderBytes || !bytes[..4].SequenceEqual(DeltaFormat.Magic))
        {
            throw new DeltaFormatException("it is no delta: it does not begin with a header");
        }

        if (bytes[4] != DeltaFormat.Version)
        {
            throw new DeltaFormatException($"it is a delta of version {bytes[4]}; known here: {DeltaFormat.Version}");
        }

        var end = DeltaFormat.HeaderBytes - DeltaFormat.CheckBytes;
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[end..]) != XxHash3.HashToUInt64(bytes[..end]))
        {
            throw new DeltaFormatException("the header of the delta is damaged");
        }

        var (unit, newLength, oldLength) =
            (BinaryPrimitives.ReadInt32LittleEndian(bytes[5..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]));
        if (unit is < 1 or > DeltaFormat.MaxUnit || newLength < 0 || oldLength < 0)
        {
            throw new DeltaFormatException($"the header of the delta names a unit of {unit} and lengths of {newLength} and {oldLength} bytes");
        }

        var oldSha256 = bytes.Slice(25 + HashBytes, HashBytes);
        return new DeltaHeader(
            unit,
            newLength,
            Convert.ToHexStringLower(bytes.Slice(25, HashBytes)),
            oldLength,
            oldSha256.ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(oldSha256) : null);
    }
}
