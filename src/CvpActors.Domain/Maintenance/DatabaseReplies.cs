using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance;

/// <summary>The answer to a command. Replies travel between nodes; their names below are permanent.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RunGranted), "run-granted")]
[JsonDerivedType(typeof(RunRefused), "run-refused")]
[JsonDerivedType(typeof(AgentMissing), "agent-missing")]
[JsonDerivedType(typeof(NoRoom), "no-room")]
[JsonDerivedType(typeof(Accepted), "accepted")]
[JsonDerivedType(typeof(NotThere), "not-there")]
[JsonDerivedType(typeof(NotPossible), "not-possible")]
[JsonDerivedType(typeof(ShipmentsRequested), "shipments-requested")]
[JsonDerivedType(typeof(NothingToShip), "nothing-to-ship")]
[JsonDerivedType(typeof(DrillGranted), "drill-granted")]
public abstract record DatabaseReply;

/// <summary>The run has the lock.</summary>
public sealed record RunGranted(string AttemptId, long Token) : DatabaseReply
{
    /// <summary>Where a restore goes; null for another run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }
}

/// <summary>The run was refused because another holds the lock (rule 3).</summary>
public sealed record RunRefused(string Reason, Blocker Holder) : DatabaseReply;

/// <summary>The run was refused because no agent can execute it now.</summary>
public sealed record AgentMissing(string Reason) : DatabaseReply
{
    /// <summary>
    /// The coordinator has just started and does not know yet whether there is one: nothing was decided or recorded, and the same may be asked
    /// again in a moment.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Awaited { get; init; }
}

/// <summary>The run was refused because as many operations run at once as may (<c>policy.max-concurrent</c>).</summary>
public sealed record NoRoom(string Reason) : DatabaseReply;

/// <summary>It was done, or is under way.</summary>
public sealed record Accepted : DatabaseReply;

/// <summary>There is no such thing.</summary>
public sealed record NotThere(string Reason) : DatabaseReply;

/// <summary>It makes no sense in the present state.</summary>
public sealed record NotPossible(string Reason) : DatabaseReply;

/// <summary>Shipments were asked for.</summary>
public sealed record ShipmentsRequested(ImmutableArray<RequestedShipment> Shipments) : DatabaseReply;

/// <summary>There is no old file yet, or no remote to ship it to.</summary>
public sealed record NothingToShip(string Reason) : DatabaseReply;

/// <summary>A drill begins.</summary>
public sealed record DrillGranted(string AttemptId) : DatabaseReply;

/// <summary>What was asked for of one remote.</summary>
/// <param name="Remote">The remote.</param>
/// <param name="Generation">The generation that was old when it was asked for.</param>
/// <param name="Outcome">What becomes of it.</param>
public sealed record RequestedShipment(string Remote, long Generation, RequestOutcome Outcome);

/// <summary>What becomes of a shipment that was asked for.</summary>
public enum RequestOutcome
{
    /// <summary>It is due now, and begins as soon as the agent can be reached and no other generation is on its way.</summary>
    Due,

    /// <summary>It is on its way already.</summary>
    Running,

    /// <summary>The remote has it, verified; it is verified once more.</summary>
    Again,
}
