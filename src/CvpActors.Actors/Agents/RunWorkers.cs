using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>Which worker does which operation.</summary>
internal static class RunWorkers
{
    public static Props PropsOf(StartRun order, MaintainedDatabase database, RunContext context, AgentSettings settings, TimeProvider time) => order.Operation switch
    {
        Operation.Backup => BackupWorker.Props(database, context),
        Operation.Purge => PurgeWorker.Props(database, context, order.DryRun, time),
        Operation.Restore when order.Restore is { } restore => RestoreWorker.Props(database, context, restore, order.Purged, settings.Generations, time),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "nobody does this operation"),
    };
}
