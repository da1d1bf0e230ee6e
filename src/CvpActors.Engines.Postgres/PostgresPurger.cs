using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Purge;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres;

/// <summary>Purges a PostgreSQL reporting database.</summary>
/// <param name="options">How it is reached.</param>
/// <param name="time">What "older than its retention" is measured by, and the pauses between batches.</param>
public sealed class PostgresPurger(PostgresOptions options, TimeProvider time) : IPurger
{
    /// <inheritdoc/>
    public async Task CheckAsync(PurgePlan plan, CancellationToken cancellation)
    {
        try
        {
            await using var session = await PostgresSession.OpenAsync(options, cancellation);
            await PurgeSchema.ReadAsync(session, plan, time.GetUtcNow(), cancellation);
        }
        catch (PostgresException e)
        {
            throw PostgresSession.Explain(options, e)!;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Rows that rows refer to which stay, that somebody has locked, or that the database refuses to delete, are left for a later purge and counted.</remarks>
    public Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        return new PurgeRun(options, time, plan, dryRun, run, run.RetentionCountsFrom(time.GetUtcNow())).RunAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<PurgeSurvey> SurveyAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        try
        {
            return await PurgeSurveyor.RunAsync(options, plan, asOf, cancellation);
        }
        catch (PostgresException e)
        {
            throw PostgresSession.Explain(options, e)!;
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<CategoryContents>?> CountAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        try
        {
            await using var session = await PostgresSession.OpenAsync(options, cancellation);
            return await PurgeContents.CountAsync(session, plan, asOf, cancellation);
        }
        catch (PostgresException e)
        {
            throw PostgresSession.Explain(options, e)!;
        }
    }
}
