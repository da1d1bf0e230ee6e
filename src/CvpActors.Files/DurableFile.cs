using System.Text;

namespace CvpActors.Files;

/// <summary>Small files that are either the old text or the new one, whenever the process is killed or the power is cut.</summary>
public static class DurableFile
{
    /// <summary>What a file that is being written is called; one left by a killed process may be removed at any time.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Replaces the file's text. When this returns, the new text is on stable storage under its name.</summary>
    /// <exception cref="IOException">It could not be written; the old text is intact and the message names the file.</exception>
    public static void WriteText(string path, string text) => WriteText(path, text, Disk.Real);

    /// <summary>The same, by the steps of <paramref name="disk"/>: the bytes are flushed, the file is renamed, the folder is flushed.</summary>
    /// <exception cref="IOException">It could not be written; the old text is intact and the message names the file.</exception>
    public static void WriteText(string path, string text, Disk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        Write(path, Encoding.UTF8.GetBytes(text), disk, flush: true);
    }

    /// <summary>
    /// Replaces the file's text: either the old one or the new one is there whenever the process is killed. After a power cut neither may be,
    /// so this is for what means nothing any more once the machine has started anew.
    /// </summary>
    /// <exception cref="IOException">It could not be written; the old text is intact and the message names the file.</exception>
    public static void WriteTextUnflushed(string path, string text) => WriteUnflushed(path, Encoding.UTF8.GetBytes(text));

    /// <summary>The same for bytes.</summary>
    /// <exception cref="IOException">They could not be written; the old ones are intact and the message names the file.</exception>
    public static void WriteUnflushed(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, Disk.Real, flush: false);

    private static void Write(string path, ReadOnlySpan<byte> bytes, Disk disk, bool flush)
    {
        var full = Path.GetFullPath(path);
        var temporary = full + TemporarySuffix;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.Read))
            {
                stream.Write(bytes);
            }

            if (flush)
            {
                disk.FlushBytes(temporary);
            }

            disk.Rename(temporary, full);
            if (flush)
            {
                disk.FlushFolder(Path.GetDirectoryName(full)!);
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new IOException($"cannot write {full}: {cause.Message}", cause);
        }
    }

    /// <summary>Returns when the file's bytes are on stable storage; its name is <see cref="DirectorySync"/>'s matter.</summary>
    /// <exception cref="IOException">They could not be written out.</exception>
    public static void FlushBytes(string path)
    {
        // Windows flushes only through a handle that may write.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.Flush(flushToDisk: true);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to tell; the leftover is overwritten by the next write.
        }
    }
}
