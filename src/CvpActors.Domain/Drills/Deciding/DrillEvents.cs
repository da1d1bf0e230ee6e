using System.Text.Json.Serialization;
using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>Something that happened to one database's drills; persisted for ever.</summary>
public interface IDrillEvent
{
    /// <summary>When it was decided, UTC.</summary>
    DateTimeOffset At { get; }
}

/// <summary>The configuration has drills, on this schedule (null: on demand only) from now on.</summary>
public sealed record DrillsAdopted(DateTimeOffset At, string? Schedule = null) : IDrillEvent;

/// <summary>The configuration has none any more: nothing falls due and nothing is overdue.</summary>
public sealed record DrillsDropped(DateTimeOffset At) : IDrillEvent;

/// <summary>What fell due is not made up for.</summary>
/// <param name="At">When that was decided, UTC.</param>
/// <param name="DueAt">The latest due moment that is passed over, UTC.</param>
/// <param name="Reason">Why, for a person.</param>
public sealed record DrillPassedOver(DateTimeOffset At, DateTimeOffset DueAt, string Reason) : IDrillEvent;

/// <summary>A drill begins; its id is made of the sequence number of this event.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Trigger">Who wants it.</param>
/// <param name="Source">What is restored.</param>
public sealed record DrillBegun(DateTimeOffset At, Trigger Trigger, string Source) : IDrillEvent
{
    /// <summary>When it fell due, UTC; null for one on demand.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The request's own key; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestKey { get; init; }
}

/// <summary>A drill ended.</summary>
public sealed record DrillEnded(DateTimeOffset At, string AttemptId, DrillOutcome Outcome) : IDrillEvent;

/// <summary>The wall clock was set back from <paramref name="From"/>; what was counted from it moves along.</summary>
public sealed record DrillClockSteppedBack(DateTimeOffset At, DateTimeOffset From) : IDrillEvent;

/// <summary>An alert was raised; its id is made of the sequence number of this event.</summary>
public sealed record DrillAlertRaised(DateTimeOffset At, string Code, string Text) : IDrillEvent;

/// <summary>An alert's cause has gone.</summary>
public sealed record DrillAlertCleared(DateTimeOffset At, string AlertId) : IDrillEvent;

/// <summary>Delivery has taken over one notification of an alert.</summary>
public sealed record DrillAlertHandedOver(DateTimeOffset At, string AlertId, AlertPhase Phase) : IDrillEvent;
