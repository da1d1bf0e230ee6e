using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Agents;

namespace CvpActors.Actors.Agents;

/// <summary>An agent's way to what ships its old file: it is started with the first order, and again should it have stopped.</summary>
internal sealed class CopierSeat(IActorContext context, MaintainedDatabase database, IActorRef coordinator, AgentSettings settings)
{
    private const string Name = "copier";

    public void Pass(StartShipment order)
    {
        if (settings.Copier is not { } copier)
        {
            coordinator.Tell(new ShipmentReported(
                database.Id, order.Remote, order.Generation, order.Sha256, ShipmentPhase.Failed, 0, 0, 0, 0, null, null,
                $"node {settings.Node} cannot ship to remotes: its version, or its configuration, has no way to"));
            return;
        }

        var running = context.Child(Name);
        (running.IsNobody() ? context.ActorOf(copier(database), Name) : running).Forward(order);
    }
}
