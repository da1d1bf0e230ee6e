using System.Text.Json.Serialization;
using CvpActors.Actors.Protocol;

namespace CvpActors.Node.Http.Contract;

/// <summary>What is sent with <c>POST …/drills</c>; may be left out.</summary>
internal sealed record DrillRequestBody;

/// <summary>The body of the 202 of a drill, which has no token.</summary>
internal sealed record AcceptedDrillBody(string AttemptId);

/// <summary>A database's drills.</summary>
internal sealed record DrillBody(string? Schedule, DateTimeOffset? NextDueAt, string Source)
{
    /// <summary>The one under way; left out when none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrillUnderWayBody? UnderWay { get; init; }

    /// <summary>The latest that ended; left out when none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrillEndedBody? Last { get; init; }

    public static DrillBody Of(DrillView v) => new(v.Schedule, v.NextDueAt, v.Source)
    {
        UnderWay = v.UnderWay is { } u ? new DrillUnderWayBody(u.AttemptId, u.Since) : null,
        Last = v.Last is { } l ? new DrillEndedBody(l.AttemptId, l.Succeeded, l.StartedAt, l.FinishedAt, l.Error, l.Note) : null,
    };
}

/// <summary>A drill under way.</summary>
internal sealed record DrillUnderWayBody(string AttemptId, DateTimeOffset Since);

/// <summary>A drill that ended.</summary>
internal sealed record DrillEndedBody(string AttemptId, bool Succeeded, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string? Error, string? Note);

/// <summary>The latest generation that a drill has proven; <c>rows</c> is null where nobody counted.</summary>
internal sealed record ProvenBody(long Generation, string Source, DateTimeOffset At, double RestoreSeconds, long? Rows)
{
    public static ProvenBody Of(ProvenView v) => new(v.Generation, v.Source, v.At, v.RestoreSeconds, v.Rows);
}
