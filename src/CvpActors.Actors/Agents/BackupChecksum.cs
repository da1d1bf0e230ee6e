using System.Security.Cryptography;

namespace CvpActors.Actors.Agents;

/// <summary>What a backup's bytes are now, to be compared with what they were when it was verified.</summary>
internal static class BackupChecksum
{
    private const int BufferBytes = 1 << 20;

    /// <returns>Its SHA-256, as manifests write it.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<string> OfAsync(string backup, CancellationToken cancellation)
    {
        await using var bytes = new FileStream(backup, new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = BufferBytes,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        });
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellation));
    }
}
