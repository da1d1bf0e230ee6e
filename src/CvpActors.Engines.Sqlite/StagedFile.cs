using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Files;

namespace CvpActors.Engines.Sqlite;

/// <summary>What is to be published: a copy beside its target, or the backup itself, which is only read.</summary>
/// <param name="options">The live database.</param>
/// <param name="time">For the purge.</param>
/// <param name="target">Where it goes.</param>
/// <param name="file">The copy, or the backup.</param>
/// <param name="isCopy">Whether it is a copy.</param>
/// <param name="isToBePurged">Whether rows of it are deleted before it is published.</param>
internal sealed class StagedFile(SqliteOptions options, TimeProvider time, RestoreTarget target, string file, bool isCopy, bool isToBePurged) : IStagedRestore
{
    public IPurger? Purger => isCopy ? new SqlitePurger(options with { Path = file }, time) : null;

    public bool PurgesInPlace => false;

    public string? WhyNotPurged => isCopy ? null : "it was not copied first";

    public Task<string?> PublishAsync(RunContext run, CancellationToken cancellation) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                Publish(run, cancellation);
                return (string?)null;
            }
            catch (Exception cause) when (cause is SqliteDatabaseException or IOException or UnauthorizedAccessException)
            {
                throw new RestoreFailedException($"the restore to {target.FullPath} failed: {cause.Message}", cause);
            }
        },
        cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public ValueTask DisposeAsync()
    {
        if (isCopy)
        {
            target.RemoveStaged();
        }

        return ValueTask.CompletedTask;
    }

    private void Publish(RunContext run, CancellationToken cancellation)
    {
        if (isToBePurged)
        {
            // That what is left of it is sound is not known from the backup's checksum.
            SqliteVerification.Run(file, cancellation);
        }

        if (target.IsReplaced)
        {
            LiveReplacement.Run(options, file, run, cancellation);
            return;
        }

        DurableFile.FlushBytes(file);
        FileReaders.LimitToThoseOf(file, File.Exists(options.FullPath) ? options.FullPath : null);
        cancellation.ThrowIfCancellationRequested();
        run.CommitPoint("the restored database's name");

        // Never over what came there meanwhile.
        File.Move(file, target.FullPath, overwrite: false);
        DirectorySync.Flush(target.Folder);
    }
}
