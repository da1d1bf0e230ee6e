using CvpActors.Domain.Ports;

namespace CvpActors.Engines.Postgres.Restore;

/// <summary>Whether a backup is a dump: the method may have been another one when it was made.</summary>
internal static class DatabaseDumpHead
{
    /// <exception cref="RestoreFailedException">It is something else, or cannot be read.</exception>
    public static async Task CheckAsync(string backup, CancellationToken cancellation)
    {
        var head = new byte[5];
        try
        {
            await using var file = new FileStream(backup, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.Asynchronous);
            await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RestoreFailedException($"cannot read {backup}: {e.Message}", e);
        }

        if (!head.AsSpan().SequenceEqual("PGDMP"u8))
        {
            throw new RestoreFailedException($"{backup} is no dump of pg_dump's; if it was made with method = basebackup, set that to restore it");
        }
    }
}
