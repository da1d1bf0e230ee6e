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
    /// <remarks>Rows that newer rows still refer to by a foreign key are left for a later purge.</remarks>
    public Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        return Task.Run(() => new SqlitePurge(options, time, plan, dryRun, run).RunAsync(cancellation), CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task<PurgeSurvey> SurveyAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Task.Run(() => SqliteSurvey.Run(options, plan, asOf, cancellation), cancellation);
    }
}
