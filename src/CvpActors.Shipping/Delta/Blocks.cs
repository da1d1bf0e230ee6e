using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>Whole pieces of files.</summary>
internal static class Blocks
{
    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    public static void ReadExactly(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"the file ends at {offset}, {buffer.Length} bytes before it should");
            }

            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <summary>Reads pieces one after the other into one buffer.</summary>
    /// <returns>Their bytes together.</returns>
    public static int ReadAll(SafeFileHandle file, IEnumerable<ByteRange> ranges, Span<byte> buffer)
    {
        var at = 0;
        foreach (var range in ranges)
        {
            ReadExactly(file, buffer.Slice(at, (int)range.Length), range.Offset);
            at += (int)range.Length;
        }

        return at;
    }
}
