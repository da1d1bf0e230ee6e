using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>
/// The little of SQLite's file format (sqlite.org/fileformat2.html) that tells which pages resemble each other: the page's size, and where the
/// entries of an index leaf belong. Cells move between the leaves of an index, so an old and a new leaf with near first entries share more than
/// an old and a new leaf at the same place do.
/// </summary>
internal static class SqlitePage
{
    private const byte IndexLeaf = 0x0a;
    private const int LeafHeadBytes = 8;
    private const int KeyBytes = 24;

    /// <summary>The size of the file's pages in bytes; null when it is no SQLite file.</summary>
    public static int? SizeOf(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[100];
        var length = RandomAccess.GetLength(file);
        if (length < head.Length)
        {
            return null;
        }

        Blocks.ReadExactly(file, head, 0);
        if (!head.StartsWith("SQLite format 3\0"u8))
        {
            return null;
        }

        int size = BinaryPrimitives.ReadUInt16BigEndian(head[16..]);
        size = size == 1 ? 1 << 16 : size;
        return size is >= 512 and <= 1 << 16 && int.IsPow2(size) ? size : null;
    }

    /// <summary>Where the page belongs in its index; null for a page that is no leaf of an index, or one that is not understood.</summary>
    public static PageKey? KeyOf(ReadOnlySpan<byte> page)
    {
        if (page.Length < LeafHeadBytes + 2 || page[0] != IndexLeaf || BinaryPrimitives.ReadUInt16BigEndian(page[3..]) == 0)
        {
            return null;
        }

        var cell = BinaryPrimitives.ReadUInt16BigEndian(page[LeafHeadBytes..]);
        if (cell >= page.Length)
        {
            return null;
        }

        var record = page[cell..];
        if (!TryVarint(ref record, out _))
        {
            return null;
        }

        // A record: the length of its head, the type of each column, then the columns.
        var columns = record;
        if (!TryVarint(ref columns, out var headBytes) || headBytes < 2 || headBytes > (ulong)record.Length || !TryVarint(ref columns, out var type))
        {
            return null;
        }

        Span<byte> key = stackalloc byte[KeyBytes];
        var values = record[(int)headBytes..];
        var first = values[..Math.Min(LengthOf(type), values.Length)];
        if (type is >= 1 and <= 6)
        {
            // Integers of any length in one order: the sign turned round, and filled up in front.
            Span<byte> number = stackalloc byte[8];
            number.Fill(first.IsEmpty || first[0] < 0x80 ? (byte)0 : (byte)0xff);
            first.CopyTo(number[(8 - first.Length)..]);
            number[0] ^= 0x80;
            number.CopyTo(key);
            var rest = values[first.Length..];
            rest[..Math.Min(rest.Length, KeyBytes - 8)].CopyTo(key[8..]);
        }
        else
        {
            var all = values[..Math.Min(values.Length, KeyBytes)];
            all.CopyTo(key);
        }

        var kind = type < 12 ? 1 : type % 2 == 0 ? 2 : 3;
        return new PageKey(
            (int)((headBytes << 2) | (uint)kind),
            BinaryPrimitives.ReadUInt64BigEndian(key),
            BinaryPrimitives.ReadUInt64BigEndian(key[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(key[16..]));
    }

    private static int LengthOf(ulong type) => type switch
    {
        0 or 8 or 9 => 0,
        <= 4 => (int)type,
        5 => 6,
        6 or 7 => 8,
        < 12 => 0,
        < int.MaxValue => (int)((type - 12) / 2),
        _ => int.MaxValue,
    };

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(bytes.Length, 8); i++)
        {
            value = (value << 7) | (uint)(bytes[i] & 0x7f);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}

/// <summary>The place of an index leaf among all leaves that look alike: the first bytes of its first entry.</summary>
/// <param name="Shape">Number of columns and type of the first: leaves of different indexes are seldom mixed.</param>
/// <param name="First">Bytes 0 to 7.</param>
/// <param name="Second">Bytes 8 to 15.</param>
/// <param name="Third">Bytes 16 to 23.</param>
internal readonly record struct PageKey(int Shape, ulong First, ulong Second, ulong Third) : IComparable<PageKey>
{
    /// <inheritdoc/>
    public int CompareTo(PageKey other) =>
        Shape != other.Shape ? Shape.CompareTo(other.Shape)
        : First != other.First ? First.CompareTo(other.First)
        : Second != other.Second ? Second.CompareTo(other.Second)
        : Third.CompareTo(other.Third);
}
