using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Processes;

namespace CvpActors.Engines.Informix;

/// <summary>Purges an Informix reporting database: whole fragments where a table has one a day, batches of rows elsewhere.</summary>
/// <param name="options">The server and the database.</param>
/// <param name="time">What "older than its retention" is measured by.</param>
public sealed class InformixPurger(InformixOptions options, TimeProvider time) : IPurger
{
    private readonly InformixPrograms _programs = new(options, time);

    /// <inheritdoc/>
    /// <remarks>Days go as a whole: a row goes when all of its day (UTC) is older than the retention.</remarks>
    public Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        var database = Database(child => run.Children.Started(new RunChild(child.ProcessId, child.Started)));
        return new InformixPurge(options, database, plan, dryRun, run, time).RunAsync(ct => CheckModeAsync(ct), cancellation);
    }

    /// <inheritdoc/>
    public async Task<PurgeSurvey> SurveyAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        await CheckModeAsync(cancellation);
        return await new InformixSurvey(Database(_ => { })).RunAsync(plan, asOf, cancellation);
    }

    private DbAccess Database(Action<ChildIdentity> started) => new(_programs, options, options.Database, started, time);

    private async Task CheckModeAsync(CancellationToken cancellation)
    {
        var state = ServerState.Of(await _programs.AskAsync("onstat", ["-"], cancellation));
        if (state.Mode != ServerMode.OnLine)
        {
            throw new ReportingDatabaseException($"{options.Server} is {state.Name} (\"{state.Said}\"); allowed for a purge: on-line");
        }
    }
}
