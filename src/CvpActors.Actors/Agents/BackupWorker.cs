using Akka.Actor;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>Makes one backup (rule 1).</summary>
public sealed class BackupWorker(MaintainedDatabase database, RunContext run) : Worker(database, run)
{
    /// <summary>How to create the worker of one run.</summary>
    public static Props Props(MaintainedDatabase database, RunContext run) => Akka.Actor.Props.Create(() => new BackupWorker(database, run));

    /// <inheritdoc/>
    protected override async Task<Outcome> WorkAsync(CancellationToken cancellation) =>
        new(AttemptState.Succeeded) { Backup = await Database.Writer.BackUpAsync(Run, cancellation) };
}
