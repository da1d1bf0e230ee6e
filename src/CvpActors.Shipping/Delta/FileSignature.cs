using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using CvpActors.Files;

namespace CvpActors.Shipping.Delta;

/// <summary>How a file is cut: into pages of one size, or by content.</summary>
internal enum CutKind
{
    /// <summary>Files whose pages stay where they are: SQLite.</summary>
    Pages = 1,

    /// <summary>Files in which everything shifts when something is put in: text dumps, archives.</summary>
    Content = 2,
}

/// <summary>The hashes of a file's pieces, in the file's order: 8 bytes a page, 12 bytes a piece that was cut by content.</summary>
/// <param name="Kind">How it is cut.</param>
/// <param name="PageBytes">The page's length; 1 where it is cut by content.</param>
/// <param name="FileLength">The file's length in bytes.</param>
/// <param name="Hashes">XXH3 (64 bits) of each piece. That two different pieces have the same one is found out by the SHA-256 of the whole.</param>
/// <param name="Lengths">The pieces' lengths; empty for pages.</param>
internal sealed record FileSignature(CutKind Kind, int PageBytes, long FileLength, ulong[] Hashes, int[] Lengths)
{
    private const int HeadBytes = 4 + 4 + 4 + 8 + 8;
    private static ReadOnlySpan<byte> Magic => "CVS1"u8;

    /// <summary>Whether pieces of the one may be looked for in the other.</summary>
    public bool IsLike(FileSignature other) => (Kind, PageBytes) == (other.Kind, other.PageBytes);

    /// <summary>Where page <paramref name="number"/> is; the last may be shorter.</summary>
    public ByteRange Page(int number)
    {
        var offset = (long)number * PageBytes;
        return new ByteRange(offset, Math.Min(PageBytes, FileLength - offset));
    }

    /// <summary>Writes it to a file. It can be computed anew, so it is not flushed; a damaged one is noticed when it is read.</summary>
    public void Save(string path)
    {
        var bytes = new byte[HeadBytes + (Hashes.Length * sizeof(ulong)) + (Lengths.Length * sizeof(int)) + sizeof(ulong)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), PageBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), FileLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20), Hashes.Length);
        MemoryMarshal.AsBytes<ulong>(Hashes).CopyTo(bytes.AsSpan(HeadBytes));
        MemoryMarshal.AsBytes<int>(Lengths).CopyTo(bytes.AsSpan(HeadBytes + (Hashes.Length * sizeof(ulong))));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - sizeof(ulong)), XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - sizeof(ulong))));
        DurableFile.WriteUnflushed(path, bytes);
    }

    /// <summary>What <see cref="Save"/> wrote; null when there is none, or it is damaged.</summary>
    public static FileSignature? Load(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < HeadBytes + sizeof(ulong)
            || !bytes.AsSpan(0, 4).SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - sizeof(ulong))) != XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - sizeof(ulong))))
        {
            return null;
        }

        var kind = (CutKind)BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        var count = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(20));
        var hashes = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(HeadBytes, count * sizeof(ulong))).ToArray();
        var lengths = kind == CutKind.Content
            ? MemoryMarshal.Cast<byte, int>(bytes.AsSpan(HeadBytes + (count * sizeof(ulong)), count * sizeof(int))).ToArray()
            : [];
        return new FileSignature(
            kind, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(12)), hashes, lengths);
    }
}
