using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>All that is remembered of one database's drills: the fold of their events, and nothing else. A drill takes no lock and is no operation.</summary>
public sealed record DrillState
{
    /// <summary>How many cleared alerts the state keeps.</summary>
    public const int KeptClearedAlerts = 20;

    /// <summary>How many drills that ended are kept, and how many requests for those that come again with the same key.</summary>
    public const int KeptDrills = 20;

    /// <summary>A database that was never drilled.</summary>
    public static DrillState Initial { get; } = new();

    /// <summary>Events applied so far; equals the journal's sequence number of the last one.</summary>
    public long Revision { get; init; }

    /// <summary>The time of the latest event. A clock that shows less ran backwards.</summary>
    public DateTimeOffset Watermark { get; init; }

    /// <summary>Since when the configuration has drills, UTC; null while it has none.</summary>
    public DateTimeOffset? ConfiguredSince { get; init; }

    /// <summary>The schedule in force, as text; null when there is none.</summary>
    public string? Schedule { get; init; }

    /// <summary>Due moments up to here have been dealt with.</summary>
    public DateTimeOffset CountedUntil { get; init; }

    /// <summary>The drill under way; null when none is.</summary>
    public DrillUnderWay? UnderWay { get; init; }

    /// <summary>The latest that ended, oldest first.</summary>
    public ImmutableList<PastDrill> Past { get; init; } = [];

    /// <summary>The latest that succeeded; null when none ever did.</summary>
    public PastDrill? Proven { get; init; }

    /// <summary>The latest requests that had a key, oldest first.</summary>
    public ImmutableList<DrillRequest> Requests { get; init; } = [];

    /// <summary>Open alerts and the latest cleared ones, oldest first.</summary>
    public ImmutableList<Alert> Alerts { get; init; } = [];

    /// <summary>From when the absence of a success counts, UTC; null while nothing is expected. What comes back after months is not overdue at once.</summary>
    [JsonIgnore]
    public DateTimeOffset? ExpectedFrom => ConfiguredSince is not { } configured ? null : Proven is { } proven && proven.EndedAt > configured ? proven.EndedAt : configured;
}

/// <summary>A drill under way.</summary>
/// <param name="AttemptId">Its id.</param>
/// <param name="Trigger">Who wants it.</param>
/// <param name="Source">What is restored.</param>
/// <param name="Since">When it was begun, UTC.</param>
public sealed record DrillUnderWay(string AttemptId, Trigger Trigger, string Source, DateTimeOffset Since);

/// <summary>A drill that ended.</summary>
/// <param name="AttemptId">Its id.</param>
/// <param name="Trigger">Who wanted it.</param>
/// <param name="Source">What was restored.</param>
/// <param name="Since">When it was begun, UTC.</param>
/// <param name="EndedAt">When it ended, UTC.</param>
/// <param name="Outcome">How.</param>
public sealed record PastDrill(string AttemptId, Trigger Trigger, string Source, DateTimeOffset Since, DateTimeOffset EndedAt, DrillOutcome Outcome);

/// <summary>A request and the drill that it began.</summary>
public sealed record DrillRequest(string Key, string AttemptId);
