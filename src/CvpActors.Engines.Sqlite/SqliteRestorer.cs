using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Files;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Restores a SQLite database: to a new file, which has its name from one moment to the next; or over the live one in a single transaction of SQLite's own
/// (<see cref="LiveReplacement"/>), which other programs that have it open see at one moment, and which a crash rolls back.
/// </summary>
/// <param name="options">The live database's file, and how long its locks are waited for.</param>
/// <param name="time">For the purge of what is restored.</param>
public sealed class SqliteRestorer(SqliteOptions options, TimeProvider time) : IRestorer
{
    /// <inheritdoc/>
    public string Places => "the absolute path of a file that is not there yet";

    /// <inheritdoc/>
    public Task<string?> ChoosePlaceAsync(long generation, CancellationToken cancellation)
    {
        var chosen = FormattableString.Invariant($"{options.FullPath}.restored-{generation}");
        for (var next = 2; new RestoreTarget(options, chosen).FindProblem() is not null && Path.Exists(chosen); next++)
        {
            chosen = FormattableString.Invariant($"{options.FullPath}.restored-{generation}-{next}");
        }

        return Task.FromResult<string?>(chosen);
    }

    /// <inheritdoc/>
    public Task<PlaceToRestore> LookAtAsync(string target, long bytes, bool toBePurged, CancellationToken cancellation) =>
        Task.Run(() => new RestoreTarget(options, target).Describe(bytes, toBePurged), cancellation);

    /// <inheritdoc/>
    public Task<IStagedRestore> StageAsync(string backup, string target, bool toBePurged, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Task.Factory.StartNew<IStagedRestore>(() => Stage(backup, new RestoreTarget(options, target), toBePurged, run, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TidyUpAsync(string target, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>([.. new RestoreTarget(options, target).RemoveStaged().Select(file => $"removed {file}, left by a restore that was cut short")]);

    private StagedFile Stage(string backup, RestoreTarget target, bool toBePurged, RunContext run, CancellationToken cancellation)
    {
        if (target.FindProblem() is { } problem)
        {
            throw new RestoreFailedException(problem);
        }

        // Over the live database a backup is read where it is, unless its rows are to be changed first.
        if (target.IsReplaced && !toBePurged)
        {
            return new StagedFile(options, time, target, backup, isCopy: false, isToBePurged: false);
        }

        target.RemoveStaged();
        try
        {
            FileCopy.Run(backup, target.Staged, (done, total) => run.Progress.Report(new RunProgress(done, total, "bytes")), cancellation);
            return new StagedFile(options, time, target, target.Staged, isCopy: true, toBePurged);
        }
        catch (Exception cause)
        {
            target.RemoveStaged();
            if (cause is IOException or UnauthorizedAccessException)
            {
                throw new RestoreFailedException($"cannot copy {backup} to {target.Staged}: {cause.Message}", cause);
            }

            throw;
        }
    }
}
