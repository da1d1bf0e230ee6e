using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Agents;

namespace CvpActors.Actors.Agents;

/// <summary>An agent's way to what drills its backups: it is started with the first order, and again should it have stopped.</summary>
internal sealed class DrillSeat(IActorContext context, MaintainedDatabase database, IActorRef coordinator, AgentSettings settings, TimeProvider time)
{
    private const string Name = "drills";

    /// <summary>The drill that was under way when this node's process ended; null when none was.</summary>
    public string? CutShort { get; set; }

    public void Pass(StartDrill order)
    {
        var running = context.Child(Name);
        (running.IsNobody() ? context.ActorOf(DrillRunner.Props(database, coordinator, settings, CutShort, time), Name) : running).Forward(order);
    }
}
