using System.Text.Json.Serialization;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;

namespace CvpActors.Actors.Protocol;

// What is asked before a restore: from the bridge to the coordinator, which passes it on to the agent with what it knows; the agent answers the bridge.

/// <summary>
/// What would this restore do? Changes nothing. Answered by <see cref="RestorePlanned"/> or <see cref="RestoreRefused"/>; by a <see cref="DatabaseAnswer"/> when no agent can be asked, and by <see cref="UnknownDatabase"/>.
/// </summary>
public sealed record PlanRestore(string Database, RestoreWish Wish) : IForDatabase
{
    /// <summary>The last restore, as the coordinator knows it; null when there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PastRestore? Last { get; init; }

    /// <summary>How far purges went, as the coordinator knows it; null before it has been asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PurgedUpTo? Purged { get; init; }
}

/// <summary>What the restore would do.</summary>
public sealed record RestorePlanned(RestorePlan Plan) : IProtocolMessage;

/// <summary>It cannot be done, whatever is at its target.</summary>
/// <param name="Kind">A stable word for programs: <c>no-such-backup</c>, <c>remote-unavailable</c>, <c>not-restorable</c>.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record RestoreRefused(string Kind, string Reason) : IProtocolMessage;
