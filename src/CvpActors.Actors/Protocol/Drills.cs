using System.Text.Json.Serialization;
using CvpActors.Domain.Drills;

namespace CvpActors.Actors.Protocol;

// Drills: the coordinator orders, the agent reports. An order that gets no report is given again; an agent that has ended that drill, or finds
// that it was cut short, reports that, so nothing of this needs an acknowledgement.

/// <summary>Restore a generation into a throw-away place; answered by <see cref="DrillReported"/> until it has ended.</summary>
/// <param name="Epoch">The coordinator incarnation.</param>
/// <param name="AttemptId">The drill's id.</param>
/// <param name="Source">What is restored: <c>old</c>, or <c>remote:NAME</c>.</param>
public sealed record StartDrill(long Epoch, string AttemptId, string Source) : IOrder;

/// <summary>How a drill is; sent every few seconds while it is under way, and once it has ended.</summary>
/// <param name="Database">The database's id.</param>
/// <param name="AttemptId">The drill's id.</param>
/// <param name="Outcome">How it ended; null while it is under way.</param>
public sealed record DrillReported(string Database, string AttemptId, DrillOutcome? Outcome = null) : IForDatabase;

/// <summary>A database's drills, as the database shows them.</summary>
/// <param name="Schedule">The schedule in force; null for drills on demand only.</param>
/// <param name="NextDueAt">When one is due next, UTC; null where none is scheduled.</param>
/// <param name="Source">What is restored.</param>
public sealed record DrillView(string? Schedule, DateTimeOffset? NextDueAt, string Source)
{
    /// <summary>The one under way; null when none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrillUnderWayView? UnderWay { get; init; }

    /// <summary>The latest that ended; null when none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrillEndedView? Last { get; init; }
}

/// <summary>A drill under way.</summary>
public sealed record DrillUnderWayView(string AttemptId, DateTimeOffset Since);

/// <summary>A drill that ended.</summary>
/// <param name="AttemptId">Its id.</param>
/// <param name="Succeeded">Whether the generation is proven.</param>
/// <param name="StartedAt">When it was begun, UTC.</param>
/// <param name="FinishedAt">When it ended, UTC.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="Note">What could not be compared; null where all was.</param>
public sealed record DrillEndedView(string AttemptId, bool Succeeded, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string? Error, string? Note);

/// <summary>The latest generation that a drill has proven to be restorable.</summary>
/// <param name="Generation">Which.</param>
/// <param name="Source">Where it was taken from.</param>
/// <param name="At">When the drill ended, UTC.</param>
/// <param name="RestoreSeconds">How long the restore took.</param>
/// <param name="Rows">How many rows its categories held; null where nobody counted.</param>
/// <param name="Bytes">The length of its file in bytes.</param>
public sealed record ProvenView(long Generation, string Source, DateTimeOffset At, double RestoreSeconds, long? Rows, long Bytes);
