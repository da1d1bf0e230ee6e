using System.IO.Compression;
using System.Text;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;

namespace CvpActors.Engines.Informix;

/// <summary>
/// Looks at the head of an archive. Its layout is nowhere described: known are the words that a restore shows of it. So what bears them is an
/// archive, what is text or empty is none, and of anything else it is said that it was not recognised.
/// </summary>
internal static class ArchiveHeader
{
    private const int HeadLength = 64 * 1024;
    private const int LeastLength = 512;
    private const string Title = "Archive Backup Tape";

    /// <summary>What is not recognised could not be verified any further; told in the manifest.</summary>
    public static Verification Unrecognised { get; } = new(
        VerifiedExtent.Pages, $"the words \"{Title}\" were not found at the archive's head (a filter other than gzip, or a version with another head); only a restore proves it");

    /// <summary>How far the head shows that this is an archive.</summary>
    /// <exception cref="BackupFailedException">It is none.</exception>
    public static async Task<Verification> ReadAsync(string path, CancellationToken cancellation)
    {
        var head = await ReadHeadAsync(path, cancellation);
        if (head.Length < LeastLength)
        {
            throw new BackupFailedException($"{path} is no archive: it has {head.Length} bytes");
        }

        if (Array.TrueForAll(head, b => b == 0))
        {
            throw new BackupFailedException($"{path} is no archive: it begins with {head.Length} bytes of zero");
        }

        if (Contains(head, Title))
        {
            return Verification.Full;
        }

        return Array.TrueForAll(head, IsText)
            ? throw new BackupFailedException($"{path} is no archive but text: \"{Words.OnOneLine(Encoding.Latin1.GetString(head[..Math.Min(head.Length, 300)]))}\"")
            : Unrecognised;
    }

    private static async Task<byte[]> ReadHeadAsync(string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var head = await ReadAsync(file, cancellation);
        if (head is not [0x1f, 0x8b, ..])
        {
            return head;
        }

        // BACKUP_FILTER with gzip, as Unified CVP has it.
        file.Position = 0;
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        try
        {
            return await ReadAsync(plain, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new BackupFailedException($"{path} is no archive: its compression is damaged ({e.Message})", e);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new byte[HeadLength];
        var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        return head[..read];
    }

    private static bool Contains(byte[] head, string words) => head.AsSpan().IndexOf(Encoding.ASCII.GetBytes(words)) >= 0;

    private static bool IsText(byte b) => b is >= 0x20 and < 0x7f or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
