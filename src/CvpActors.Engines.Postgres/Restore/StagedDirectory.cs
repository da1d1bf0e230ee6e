using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Files;

namespace CvpActors.Engines.Postgres.Restore;

/// <summary>A base backup that was unpacked beside the data directory that it is to be.</summary>
internal sealed class StagedDirectory(string staged, string target) : IStagedRestore
{
    public IPurger? Purger => null;

    public bool PurgesInPlace => false;

    public string? WhyNotPurged => "no server runs on a data directory that is being restored; the first purge after it was started deletes them";

    /// <exception cref="BackupFailedException">The backup is not whole. Nothing is left.</exception>
    public void Unpack(string backup, RunContext run, CancellationToken cancellation)
    {
        try
        {
            Delete();
            DirectoryRestore.Run(backup, staged, run, cancellation);
        }
        catch
        {
            Delete();
            throw;
        }
    }

    public Task<string?> PublishAsync(RunContext run, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        run.CommitPoint("the restored data directory's name");
        try
        {
            // Never over what came there meanwhile.
            Directory.Move(staged, target);
            DirectorySync.Flush(Path.GetDirectoryName(target)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RestoreFailedException($"the restore to {target} failed: {e.Message}", e);
        }

        return Task.FromResult<string?>("a server of the same major version can be started on it, as the user that owns it");
    }

    public ValueTask DisposeAsync()
    {
        Delete();
        return ValueTask.CompletedTask;
    }

    private void Delete()
    {
        if (Directory.Exists(staged))
        {
            Directory.Delete(staged, recursive: true);
        }
    }
}
