using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Shipments;

namespace CvpActors.Actors.Offsite;

/// <summary>What the database's coordinator knows, and those of its remotes' shipments go by.</summary>
/// <param name="Offsite">What the configuration says; null where nothing is shipped.</param>
/// <param name="Agent">The agent, or null while it cannot be reached.</param>
/// <param name="FilesAreKnown">Whether an agent has told of its files since this coordinator began.</param>
/// <param name="Old">The old file, as it told; null for none.</param>
public sealed record ShipmentSituation(OffsiteDefinition? Offsite, IActorRef? Agent, bool FilesAreKnown, OldFile? Old) : INoSerializationVerificationNeeded
{
    /// <summary>Nothing is known yet.</summary>
    public static ShipmentSituation Unknown { get; } = new(null, null, false, null);
}

/// <summary>Whom the coordinator of a database's shipments to one remote speaks with.</summary>
/// <param name="Epoch">The incarnation's epoch.</param>
/// <param name="Database">The database's coordinator: shown what becomes of shipments.</param>
/// <param name="Coordinator">The coordinator of all: told when the journal refuses.</param>
/// <param name="Alerts">Delivery.</param>
public sealed record ShipmentPeers(long Epoch, IActorRef Database, IActorRef Coordinator, IActorRef Alerts);

/// <summary>An administrator wants the old file shipped now; answered by <see cref="ShipmentAnswered"/>.</summary>
public sealed record ShipmentWanted(string? RequestKey) : INoSerializationVerificationNeeded;

/// <summary>What becomes of the wish; null when there is nothing to ship.</summary>
public sealed record ShipmentAnswered(RequestedShipment? Answer) : INoSerializationVerificationNeeded;

/// <summary>What is to be shown of a remote's shipments.</summary>
/// <param name="Remote">The remote.</param>
/// <param name="View">How it is; null when the configuration no longer names it.</param>
/// <param name="Alerts">Its alerts, oldest first.</param>
public sealed record ShipmentShown(string Remote, ShipmentView? View, IReadOnlyList<DatabaseAlertView> Alerts) : INoSerializationVerificationNeeded
{
    /// <summary>What the remote has verified last, whatever is on its way; null when nothing ever was.</summary>
    public ShippedGeneration? Verified { get; init; }
}
