using Akka.Actor;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Offsite;

namespace CvpActors.Actors.Agents;

/// <summary>What the agents of one node have in common.</summary>
/// <param name="Node">The node's name.</param>
public sealed record AgentSettings(string Node)
{
    private static readonly TimeSpan ShortestHelloInterval = TimeSpan.FromSeconds(5);

    /// <summary>One coordinator hears the hellos of all nodes: those of a large one come less often, this long apart.</summary>
    private static readonly TimeSpan BetweenHellos = TimeSpan.FromMilliseconds(20);

    /// <summary>Where others reach the node's HTTP bridge; null when it has none.</summary>
    public string? BridgeUrl { get; init; }

    /// <summary>How many operations run on the node at once; 0 for no limit.</summary>
    public int NodeLimit { get; init; }

    /// <summary>How often an agent says that it is there while nothing happens.</summary>
    public TimeSpan HelloInterval { get; init; } = ShortestHelloInterval;

    /// <summary>
    /// What ships a database's old file: an actor that takes <see cref="Protocol.StartShipment"/>, the same order twice as once, and tells the
    /// coordinator how it goes (<see cref="Protocol.ShipmentReported"/>). Null on a node that cannot ship.
    /// </summary>
    public Func<MaintainedDatabase, Props>? Copier { get; init; }

    /// <summary>So many drills of the node run at once; the others wait. More would only make each slower, and its restore time say less.</summary>
    public SemaphoreSlim DrillsAtOnce { get; init; } = new(1, 1);

    /// <summary>The way to what remotes hold, to restore from it; null on a node that has none.</summary>
    public IGenerationSource? Generations { get; init; }

    /// <summary>The same for a node that serves so many databases.</summary>
    public AgentSettings Serving(int databases)
    {
        var interval = BetweenHellos * databases;
        return this with { HelloInterval = interval > ShortestHelloInterval ? interval : ShortestHelloInterval };
    }
}
