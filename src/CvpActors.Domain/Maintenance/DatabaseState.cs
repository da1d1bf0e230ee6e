using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Maintenance;

/// <summary>All that is remembered of one database's maintenance: the fold of its events, and nothing else (rule 10).</summary>
public sealed record DatabaseState
{
    /// <summary>How many attempts the state keeps; older ones stand in the journal only.</summary>
    public const int KeptAttempts = 200;

    /// <summary>How many refused on-demand tries are kept among them: a script that asks in a loop must not push the runs out.</summary>
    public const int KeptRefusals = 50;

    /// <summary>How many cleared alerts the state keeps.</summary>
    public const int KeptClearedAlerts = 50;

    /// <summary>A database that nothing has happened to.</summary>
    public static DatabaseState Initial { get; } = new();

    /// <summary>Events applied so far; equals the journal's sequence number of the last one.</summary>
    public long Revision { get; init; }

    /// <summary>
    /// What an event's sequence number lacks to be a token. Zero, except after a journal was restored from an older backup: then agents
    /// have seen higher tokens than the journal knows of, and refuse those that come again.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long TokenOffset { get; init; }

    /// <summary>The number of the latest event among all that were ever given out: its token, if it is one that grants a lock.</summary>
    [JsonIgnore]
    public long LatestNumber => Revision + TokenOffset;

    /// <summary>The time of the latest event. A clock that shows less ran backwards.</summary>
    public DateTimeOffset Watermark { get; init; }

    /// <summary>Who may work on the database; null when nobody does.</summary>
    public MaintenanceLock? Lock { get; init; }

    /// <summary>The backup's schedule, window and last success.</summary>
    public OperationState Backup { get; init; } = new();

    /// <summary>The purge's schedule, window and last success.</summary>
    public OperationState Purge { get; init; } = new();

    /// <summary>The restore's last success; null while there was none. It is on demand only, so the rest of it stays empty.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OperationState? Restore { get; init; }

    /// <summary>
    /// Up to where purges have deleted, by category; null while none has. Kept here, outside the database, so that a restore does not bring
    /// back what had been purged.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PurgedUpTo? PurgedUpTo { get; init; }

    /// <summary>The same, with what a state of an earlier version knows of it.</summary>
    [JsonIgnore]
    public PurgedUpTo KnownPurges => (PurgedUpTo ?? PurgedUpTo.Nothing).With(Purge.LastSuccess?.Outcome?.Purge, succeeded: true);

    /// <summary>When the clock was last found to have jumped, UTC; null when it never was.</summary>
    public DateTimeOffset? ClockDoubtedAt { get; init; }

    /// <summary>The purge that waits for an administrator; null when none does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldPurge? HeldPurge { get; init; }

    /// <summary>
    /// Keys of what held a purge and was let go, oldest first; null when nothing ever was. Of each subject (<see cref="HoldReason.SubjectOf"/>) the
    /// latest only, so that there are never more than categories, and two.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableList<string>? LetGo { get; init; }

    /// <summary>Null unless scheduled runs are paused.</summary>
    public Pause? Pause { get; init; }

    /// <summary>
    /// Every remote that the configuration has ever named, null for none: one that it names no longer may still have an alert to clear.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableList<string>? Remotes { get; init; }

    /// <summary>Whether the configuration has ever had drills: one that has none any more may still have an alert to clear.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasHadDrills { get; init; }

    /// <summary>Since when no agent has served the database, UTC; null while one does, or is gone for a moment only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? UnservedSince { get; init; }

    /// <summary>Null unless the database is retired.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Retirement? Retired { get; init; }

    /// <summary>The latest attempts, oldest first.</summary>
    public ImmutableList<Attempt> Attempts { get; init; } = [];

    /// <summary>The open alerts and the latest cleared ones, oldest first.</summary>
    public ImmutableList<Alert> Alerts { get; init; } = [];

    /// <summary>The state of <paramref name="operation"/>.</summary>
    public OperationState Of(Operation operation) => operation switch
    {
        Operation.Backup => Backup,
        Operation.Purge => Purge,
        _ => Restore ?? new OperationState(),
    };

    /// <summary>The state with that of one operation changed.</summary>
    public DatabaseState With(Operation operation, Func<OperationState, OperationState> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return operation switch
        {
            Operation.Backup => this with { Backup = change(Backup) },
            Operation.Purge => this with { Purge = change(Purge) },
            _ => this with { Restore = change(Of(operation)) },
        };
    }

    /// <summary>Whether a scheduled run of <paramref name="operation"/> holds the lock.</summary>
    public bool ScheduledRunUnderWay(Operation operation) =>
        Lock is { Trigger: Trigger.Scheduled } held && held.Operation == operation;

    /// <summary>The kept attempt of that id, or null.</summary>
    public Attempt? FindAttempt(string id) => Attempts.FindLast(a => a.Id == id);
}

/// <summary>What is remembered of one operation of one database.</summary>
public sealed record OperationState
{
    /// <summary>The schedule in force, as text; null when there is none.</summary>
    public string? Schedule { get; init; }

    /// <summary>Due moments up to here have been dealt with.</summary>
    public DateTimeOffset CountedUntil { get; init; }

    /// <summary>The open retry window, or null.</summary>
    public RetryWindow? Window { get; init; }

    /// <summary>
    /// From when on the next success is waited for, UTC: the later of the last success and the moment from which on one is expected. Null while
    /// none is expected.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpectedSince { get; init; }

    /// <summary>The latest success that changed something, or null.</summary>
    public Attempt? LastSuccess { get; init; }
}

/// <summary>A purge that deleted nothing and waits for an administrator.</summary>
/// <param name="AttemptId">The attempt that was held last.</param>
/// <param name="Since">Since when the same findings hold it, UTC.</param>
/// <param name="Hold">Why.</param>
public sealed record HeldPurge(string AttemptId, DateTimeOffset Since, PurgeHold Hold);

/// <summary>Nobody serves the database any more.</summary>
/// <param name="At">Since when it counts as retired, UTC.</param>
/// <param name="Reason">Why, for the record.</param>
/// <param name="Removed">Whether it is shown no more, either.</param>
public sealed record Retirement(DateTimeOffset At, string Reason, bool Removed);

/// <summary>No scheduled runs for a while.</summary>
/// <param name="Since">From when, UTC.</param>
/// <param name="Until">Until when, UTC; null until an administrator resumes.</param>
/// <param name="Reason">Why, for the record.</param>
public sealed record Pause(DateTimeOffset Since, DateTimeOffset? Until, string Reason)
{
    /// <summary>Up to where due moments count as dealt with after a pause: a run that is due at its very end is not swallowed.</summary>
    public static DateTimeOffset CountedUntilAfter(DateTimeOffset end) => end.AddTicks(-1);
}
