using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Drills.Deciding;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Drills;

/// <summary>What the database's coordinator knows, and that of its drills goes by.</summary>
/// <param name="Policy">What the configuration says.</param>
/// <param name="Presence">Whether the agent can be reached.</param>
/// <param name="Agent">The agent; null while none is connected.</param>
/// <param name="IsPaused">Whether the database's schedules are paused.</param>
public sealed record DrillSituation(DrillPolicy Policy, AgentPresence Presence, IActorRef? Agent, bool IsPaused) : INoSerializationVerificationNeeded;

/// <summary>Whom the coordinator of a database's drills speaks with.</summary>
/// <param name="Epoch">The incarnation's epoch.</param>
/// <param name="Database">The database's coordinator: shown what becomes of drills.</param>
/// <param name="Coordinator">The coordinator of all: told when the journal refuses.</param>
/// <param name="Alerts">Delivery.</param>
public sealed record DrillPeers(long Epoch, IActorRef Database, IActorRef Coordinator, IActorRef Alerts);

/// <summary>An administrator wants a drill now; whoever asked is answered.</summary>
public sealed record DrillWanted(string? RequestKey, IActorRef From) : INoSerializationVerificationNeeded;

/// <summary>What is to be shown of a database's drills.</summary>
/// <param name="View">How they are; null where none are configured.</param>
/// <param name="Proven">The latest proof; null when there is none.</param>
/// <param name="Alerts">Their alerts, oldest first.</param>
public sealed record DrillShown(DrillView? View, ProvenView? Proven, IReadOnlyList<DatabaseAlertView> Alerts) : INoSerializationVerificationNeeded;
