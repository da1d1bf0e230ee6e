using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>Whole pieces of files.</summary>
internal static partial class Blocks
{
    /// <summary>POSIX_FADV_WILLNEED.</summary>
    private const int WillNeed = 3;

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
    public static void ReadAll(SafeFileHandle file, IReadOnlyCollection<ByteRange> ranges, Span<byte> buffer)
    {
        Announce(file, ranges);
        foreach (var range in ranges)
        {
            ReadExactly(file, buffer[..(int)range.Length], range.Offset);
            buffer = buffer[(int)range.Length..];
        }
    }

    /// <summary>The first <paramref name="length"/> bytes of a buffer, which is replaced when it is too short.</summary>
    public static Span<byte> Room(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(length);
        }

        return buffer.AsSpan(0, length);
    }

    /// <summary>
    /// Tells the system which pieces are read next, so that those which are not in memory are fetched all at once instead of one after the
    /// other. A hint: where the system has no such call, or refuses it, nothing is lost but time.
    /// </summary>
    public static void Announce(SafeFileHandle file, IReadOnlyCollection<ByteRange> ranges)
    {
        if (!OperatingSystem.IsLinux() || ranges.Count < 2)
        {
            return;
        }

        foreach (var range in ranges)
        {
            _ = Advise(file, range.Offset, range.Length, WillNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
