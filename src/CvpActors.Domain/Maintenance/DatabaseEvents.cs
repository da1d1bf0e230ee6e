using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Maintenance;

/// <summary>
/// Something that happened to one database's maintenance. Events are persisted for ever and are the audit trail:
/// a field is never removed or given another meaning.
/// </summary>
public interface IDatabaseEvent
{
    /// <summary>When it was decided, UTC.</summary>
    DateTimeOffset At { get; }
}

/// <summary>An operation's schedule changed; due moments count from now on.</summary>
public sealed record ScheduleAdopted(DateTimeOffset At, Operation Operation, string? Schedule) : IDatabaseEvent;

/// <summary>A scheduled run fell due (rule 4).</summary>
public sealed record WindowOpened(DateTimeOffset At, Operation Operation, DateTimeOffset DueAt, DateTimeOffset Deadline, TimeSpan Interval)
    : IDatabaseEvent;

/// <summary>A scheduled run fell due while its own window was open or its own run under way: the window starts anew.</summary>
public sealed record WindowRenewed(DateTimeOffset At, Operation Operation, DateTimeOffset DueAt, DateTimeOffset Deadline, TimeSpan Interval)
    : IDatabaseEvent;

/// <summary>A window ended.</summary>
public sealed record WindowClosed(DateTimeOffset At, Operation Operation, WindowEnd End) : IDatabaseEvent;

/// <summary>Why a window ended.</summary>
public enum WindowEnd
{
    /// <summary>Its run succeeded.</summary>
    Succeeded,

    /// <summary>The last try did not succeed (rule 5).</summary>
    Exhausted,

    /// <summary>An administrator cancelled its run.</summary>
    Cancelled,

    /// <summary>The database was paused.</summary>
    Paused,

    /// <summary>The schedule was removed.</summary>
    Unscheduled,
}

/// <summary>Scheduled runs fell due and their windows passed while no coordinator was there.</summary>
public sealed record RunsMissed(DateTimeOffset At, Operation Operation, DateTimeOffset FirstDueAt, DateTimeOffset LastDueAt, int Count)
    : IDatabaseEvent;

/// <summary>The agent has seen a higher token than was ever granted by this journal, which was restored: later tokens are higher still.</summary>
public sealed record TokensOutrun(DateTimeOffset At, long HighestToken) : IDatabaseEvent;

/// <summary>An attempt got the lock. The sequence number of this event is its fencing token (with <see cref="DatabaseState.TokenOffset"/>).</summary>
public sealed record LockAcquired(
    DateTimeOffset At, Operation Operation, Trigger Trigger, string Node, bool DryRun, string? RequestKey) : IDatabaseEvent
{
    /// <summary>What is restored to where; null for what is no restore.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreOrder? Restore { get; init; }
}

/// <summary>An attempt was refused; a scheduled one is tried again at <paramref name="NextAttemptAt"/> unless that is null.</summary>
public sealed record AttemptBlocked(
    DateTimeOffset At,
    Operation Operation,
    Trigger Trigger,
    string Reason,
    Blocker? Holder,
    DateTimeOffset? NextAttemptAt,
    string? RequestKey) : IDatabaseEvent;

/// <summary>The holder's run ended and freed the lock; a failed scheduled one is tried again at <paramref name="NextAttemptAt"/>.</summary>
public sealed record LockReleased(DateTimeOffset At, long Token, Outcome Outcome, DateTimeOffset? NextAttemptAt) : IDatabaseEvent;

/// <summary>An administrator asked the holder's run to stop.</summary>
public sealed record CancelRequested(DateTimeOffset At, long Token) : IDatabaseEvent;

/// <summary>A lock is being taken from its holder: cancelled and fenced first (rule 7).</summary>
public sealed record ClearanceBegun(DateTimeOffset At, long Token, ClearanceCause Cause, string Reason) : IDatabaseEvent;

/// <summary>The lock was taken from its holder (rule 7).</summary>
public sealed record LockCleared(DateTimeOffset At, long Token, ClearanceCause Cause, string Reason, DateTimeOffset? NextAttemptAt)
    : IDatabaseEvent;

/// <summary>An administrator let a held purge go: what it was held for, by <paramref name="Keys"/>, holds none any more.</summary>
public sealed record HeldPurgeLetGo(DateTimeOffset At, string Reason, ImmutableArray<string> Keys) : IDatabaseEvent;

/// <summary>A run reported after its lock had been cleared; recorded, and otherwise without effect.</summary>
public sealed record LateOutcomeRejected(DateTimeOffset At, long Token, Outcome Outcome) : IDatabaseEvent;

/// <summary>The wall clock says that a lock is too old, the agent's monotonic clock says it is not: nothing is cleared.</summary>
public sealed record LockAgeDoubted(DateTimeOffset At, long Token, TimeSpan WallAge, TimeSpan MeasuredAge, DateTimeOffset CheckAgainAt)
    : IDatabaseEvent;

/// <summary>The wall clock was set back from <paramref name="From"/>; what was counted from it moves along.</summary>
public sealed record ClockSteppedBack(DateTimeOffset At, DateTimeOffset From) : IDatabaseEvent;

/// <summary>Scheduled runs are paused.</summary>
public sealed record Paused(DateTimeOffset At, DateTimeOffset? Until, string Reason) : IDatabaseEvent;

/// <summary>Scheduled runs are due again from <paramref name="From"/> on; what fell due before is not made up for.</summary>
public sealed record Resumed(DateTimeOffset At, DateTimeOffset From) : IDatabaseEvent;

/// <summary>The configuration names a remote that it never named before; what is shipped there is recorded apart.</summary>
public sealed record RemoteNamed(DateTimeOffset At, string Remote) : IDatabaseEvent;

/// <summary>The configuration has drills for the first time; what becomes of them is recorded apart.</summary>
public sealed record DrillsNamed(DateTimeOffset At) : IDatabaseEvent;

/// <summary>From now on a success of the operation is expected within a time, or no more; which time stands in the configuration.</summary>
public sealed record ExpectationAdopted(DateTimeOffset At, Operation Operation, bool Expected) : IDatabaseEvent;

/// <summary>No agent has served the database since <paramref name="Since"/>; recorded once it is more than a restart.</summary>
public sealed record AgentMissed(DateTimeOffset At, DateTimeOffset Since) : IDatabaseEvent;

/// <summary>An agent serves the database again, retired or not.</summary>
public sealed record ServedAgain(DateTimeOffset At) : IDatabaseEvent;

/// <summary>No agent serves the database any more: no schedules, no alerts; the history is kept.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why, for the record.</param>
/// <param name="Removed">Whether it is shown no more, either.</param>
public sealed record DatabaseRetired(DateTimeOffset At, string Reason, bool Removed) : IDatabaseEvent;

/// <summary>An alert was raised (rule 5); its id is made of the sequence number of this event.</summary>
public sealed record AlertRaised(DateTimeOffset At, string Code, Operation? Operation, string Text) : IDatabaseEvent;

/// <summary>An alert's cause has gone.</summary>
public sealed record AlertCleared(DateTimeOffset At, string AlertId) : IDatabaseEvent;

/// <summary>Delivery has taken over one notification of an alert and answers for it from here on.</summary>
public sealed record AlertHandedOver(DateTimeOffset At, string AlertId, AlertPhase Phase) : IDatabaseEvent;
