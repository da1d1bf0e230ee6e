using Akka.Actor;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;

namespace CvpActors.Actors.Coordination;

/// <summary>What the coordinator goes by, wherever it runs.</summary>
/// <param name="Node">The name of the node it runs on.</param>
public sealed record CoordinatorSettings(string Node)
{
    /// <summary>How many operations run at once in the whole cluster; 0 for no limit.</summary>
    public int MaxConcurrent { get; init; }

    /// <summary>Who sends alerts, if this cluster has not named anybody yet; null for a node that is alone, or sends none by SNMP.</summary>
    public AlertSender? Sender { get; init; }

    /// <summary>Where signs of life are left; null where the journal is the node's own.</summary>
    public ICoordinatorPulse? Pulse { get; init; }

    /// <summary>Who watches the clock that decisions go by; null for nobody.</summary>
    public IClockKeeper? Clock { get; init; }

    /// <summary>Called when another coordinator, which cannot be heard, works on the same journal: this node must find its way to it.</summary>
    public Action Superseded { get; init; } = () => { };

    /// <summary>The databases that there are, where this node is the only one and nobody else can have others; null in a cluster.</summary>
    public IReadOnlySet<string>? OnlyDatabases { get; init; }

    /// <summary>Where the node of a name is at this moment, as an actor path's address; null when no such node is in the cluster.</summary>
    public Func<string, string?> AddressOf { get; init; } = _ => null;
}

/// <summary>What the coordinators of all databases share during one incarnation.</summary>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Coordinator">The coordinator itself: told when the journal refuses, and who serves a database.</param>
/// <param name="Alerts">Delivery.</param>
/// <param name="Slots">Who may run at once.</param>
/// <param name="Directory">Where the latest views are kept.</param>
/// <param name="AddressOf">Where a node is, as in <see cref="CoordinatorSettings"/>.</param>
public sealed record Incarnation(
    long Epoch, IActorRef Coordinator, IActorRef Alerts, IActorRef Slots, IActorRef Directory, Func<string, string?> AddressOf)
{
    /// <summary>Who watches the clock, as in <see cref="CoordinatorSettings"/>.</summary>
    public IClockKeeper? Clock { get; init; }

    /// <summary>The name of the node whose clock that is.</summary>
    public string? Node { get; init; }

    /// <summary>What the clock had to show at least when this process began; null in its later incarnations, which have seen it.</summary>
    public DateTimeOffset? ClockAtLeast { get; init; }

    /// <summary>The databases that there are, as in <see cref="CoordinatorSettings"/>.</summary>
    public IReadOnlySet<string>? OnlyDatabases { get; init; }

    /// <summary>
    /// Tells the clock what an administrator has said of it by letting a purge go. It stands in the journal: the next coordinator, on another
    /// machine, does not ask again.
    /// </summary>
    /// <param name="letGo">Keys of what was let go.</param>
    public void AcceptClocks(IEnumerable<string> letGo)
    {
        foreach (var shown in HoldJudgement.ClocksLetGo(letGo))
        {
            Clock?.Accept(shown);
        }
    }
}

/// <summary>An agent that serves a database has another configuration or is another one than is registered.</summary>
internal sealed record RegistrationChanged(Registration Registration) : INoSerializationVerificationNeeded;

/// <summary>An agent was denied, since another node serves the database.</summary>
internal sealed record ClaimDenied(string Database, string ServedBy, string Node) : INoSerializationVerificationNeeded;
