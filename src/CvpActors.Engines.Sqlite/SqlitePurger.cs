using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Sqlite;

/// <summary>Purges a SQLite reporting database.</summary>
/// <param name="options">The file, and how long its locks are waited for.</param>
/// <param name="time">What "older than its retention" is measured by, and the pauses between batches.</param>
public sealed class SqlitePurger(SqliteOptions options, TimeProvider time) : IPurger
{
    /// <inheritdoc/>
    /// <remarks>Rows that rows refer to which stay, and rows that the database refuses to delete, are left for a later purge and counted.</remarks>
    public Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        return Task.Run(() => new SqlitePurge(options, time, plan, dryRun, run, run.RetentionCountsFrom(time.GetUtcNow())).RunAsync(cancellation), CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task<PurgeSurvey> SurveyAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Task.Run(() => SqliteSurvey.Run(options, plan, asOf, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<CategoryContents>?> CountAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return await Task.Factory.StartNew(() => SqliteContents.Count(options, plan, asOf, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
