using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Sqlite;

/// <summary>Drills backups of a SQLite database: restored to a new file as <see cref="SqliteRestorer"/> does it, read through, and then only read.</summary>
/// <param name="options">The live database.</param>
/// <param name="time">How long it took, by its monotonic clock.</param>
public sealed class SqliteDriller(SqliteOptions options, TimeProvider time) : IDriller
{
    /// <inheritdoc/>
    public Task CheckAsync(IReadOnlyList<string> checks, CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var session = SqliteSession.OpenToRead(options);
            foreach (var check in checks)
            {
                DrillStatement.Check(session, check, cancellation);
            }
        },
        cancellation);

    /// <inheritdoc/>
    public long SpaceFor(long bytes) => bytes;

    /// <inheritdoc/>
    public async Task<DrillFindings> DrillAsync(DrillJob job, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(run);
        var restored = Path.Combine(job.Place, "restored.db");
        var began = time.GetTimestamp();
        try
        {
            await using (var staged = await new SqliteRestorer(options, time).StageAsync(job.Backup, restored, toBePurged: false, run, cancellation))
            {
                await staged.PublishAsync(run, cancellation);
            }

            var took = time.GetElapsedTime(began);
            return await Task.Factory.StartNew(() => Look(job, restored, took, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception cause) when (cause is RestoreFailedException or SqliteDatabaseException)
        {
            throw new DrillFailedException(cause.Message, cause);
        }
    }

    private DrillFindings Look(DrillJob job, string restored, TimeSpan took, CancellationToken cancellation)
    {
        SqliteVerification.Run(restored, cancellation);
        var categories = SqliteContents.Count(options with { Path = restored }, job.Plan, job.AsOf, cancellation);
        using var session = SqliteSession.OpenImmutable(restored);
        return new DrillFindings(took, categories, [.. job.Checks.Select(check => DrillStatement.Run(session, check, cancellation))]);
    }
}
