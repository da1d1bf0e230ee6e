using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Files;

/// <summary>
/// Copies a large file in pieces, so that it can be told how far it has come and be ended. The bytes do not pass through this process where the system can
/// do without, and file systems that share blocks between files copy nothing at all.
/// </summary>
public static partial class FileCopy
{
    private const int PieceBytes = 32 * 1024 * 1024;
    private const int BufferBytes = 1024 * 1024;

    /// <summary>Copies <paramref name="from"/> to <paramref name="to"/>, which must be free and is readable by its owner alone. Nothing is flushed.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">The copy; what there is of it when this throws is the caller's to remove.</param>
    /// <param name="progress">Told the bytes that are copied, and those in all.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="IOException">It could not be read or written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Run(string from, string to, Action<long, long> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using var source = File.OpenHandle(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        using var copy = FileReaders.CreatePrivate(to);
        var total = RandomAccess.GetLength(source);
        var done = OperatingSystem.IsLinux() ? CopyInKernel(source, copy.SafeFileHandle, total, progress, cancellation) : 0;
        var buffer = done < total ? GC.AllocateUninitializedArray<byte>(BufferBytes) : [];
        for (int read; done < total && (read = RandomAccess.Read(source, buffer, done)) > 0; done += read)
        {
            cancellation.ThrowIfCancellationRequested();
            RandomAccess.Write(copy.SafeFileHandle, buffer.AsSpan(0, read), done);
            progress(done + read, total);
        }

        if (done < total)
        {
            throw new IOException($"{from} became shorter while it was copied");
        }
    }

    /// <returns>How far the kernel came; what is left is copied by hand, and fails there with the system's own words.</returns>
    private static long CopyInKernel(SafeFileHandle source, SafeFileHandle copy, long total, Action<long, long> progress, CancellationToken cancellation)
    {
        var done = 0L;
        while (done < total)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = (done, done);
            nint copied;
            try
            {
                copied = CopyFileRange(source, ref from, copy, ref to, (nuint)Math.Min(PieceBytes, total - done), 0);
            }
            catch (EntryPointNotFoundException)
            {
                // A C library from before 2018.
                return done;
            }

            if (copied <= 0)
            {
                return done;
            }

            done += copied;
            progress(done, total);
        }

        return done;
    }

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint CopyFileRange(SafeFileHandle from, ref long fromOffset, SafeFileHandle to, ref long toOffset, nuint length, uint flags);
}
