using Akka.Actor;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>Makes one purge, or counts what it would delete.</summary>
public sealed class PurgeWorker(MaintainedDatabase database, RunContext run, bool dryRun) : Worker(database, run)
{
    /// <summary>How to create the worker of one run.</summary>
    public static Props Props(MaintainedDatabase database, RunContext run, bool dryRun) =>
        Akka.Actor.Props.Create(() => new PurgeWorker(database, run, dryRun));

    /// <inheritdoc/>
    protected override async Task<Outcome> WorkAsync(CancellationToken cancellation)
    {
        var purger = Database.Purger ?? throw new ReportingDatabaseException($"{Database.Engine.Name} only dumps: it has no way to purge {Database.Id}");
        return new Outcome(AttemptState.Succeeded) { Purge = await purger.PurgeAsync(Database.Plan, dryRun, Run, cancellation) };
    }
}
