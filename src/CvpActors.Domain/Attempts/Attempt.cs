using System.Text.Json.Serialization;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Attempts;

/// <summary>Where an attempt stands.</summary>
public enum AttemptState
{
    /// <summary>It holds the lock.</summary>
    Running,

    /// <summary>It did its work.</summary>
    Succeeded,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It never started: another run held the lock, or no agent could take it.</summary>
    Blocked,

    /// <summary>It was stopped on purpose.</summary>
    Cancelled,

    /// <summary>Its agent no longer knows of it: the process or the machine ended under it.</summary>
    Lost,
}

/// <summary>States in words.</summary>
public static class AttemptStateText
{
    /// <summary>Fit to follow "it": <c>succeeded</c>, <c>failed</c>, <c>lost</c>.</summary>
    public static string InWords(this AttemptState state) => state.ToString().ToLowerInvariant();
}

/// <summary>How a run ended, as its agent tells it.</summary>
/// <param name="State">Any end state but <see cref="AttemptState.Blocked"/>.</param>
/// <param name="Error">What went wrong, for a person; null on success.</param>
public sealed record Outcome(AttemptState State, string? Error = null)
{
    /// <summary>What a backup wrote; null for a purge and for a run that failed.</summary>
    public BackupManifest? Backup { get; init; }

    /// <summary>What a purge deleted; null for a backup. A failed purge tells what it had deleted until then.</summary>
    public PurgeResult? Purge { get; init; }

    /// <summary>What a restore put where; null for another run, and for one that failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreResult? Restore { get; init; }

    /// <summary>What a backup found wrong with the one before, whose place it took; null when nothing was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DamagedBackup { get; init; }

    /// <summary>Why a purge deleted nothing: it waits for an administrator. Of a dry run, what would hold a real one. Null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PurgeHold? Held { get; init; }

    /// <summary>The run's length by the agent's monotonic clock.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>One try of an operation, as the history keeps it.</summary>
/// <param name="Id">Unique per database: the operation and the sequence number of the event that recorded the try.</param>
/// <param name="Operation">What was tried.</param>
/// <param name="Trigger">What asked for it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="StartedAt">When it was tried, UTC.</param>
public sealed record Attempt(string Id, Operation Operation, Trigger Trigger, AttemptState State, DateTimeOffset StartedAt)
{
    /// <summary>The fencing token; null for a blocked attempt, which never had one.</summary>
    public long? Token { get; init; }

    /// <summary>When it ended, UTC; null while it runs.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What went wrong, for a person.</summary>
    public string? Error { get; init; }

    /// <summary>Who stood in the way of a blocked attempt.</summary>
    public Blocker? BlockedBy { get; init; }

    /// <summary>The <c>Idempotency-Key</c> of the request; null when it had none.</summary>
    public string? RequestKey { get; init; }

    /// <summary>A purge that only counts.</summary>
    public bool DryRun { get; init; }

    /// <summary>What is restored to where; null for what is no restore.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreOrder? Restore { get; init; }

    /// <summary>How the run ended, once it has.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>What the run said after its lock had been cleared; recorded, and otherwise without effect (rule 7).</summary>
    public Outcome? LateOutcome { get; init; }
}

/// <summary>The lock that stood in the way of an attempt, as it was at that moment.</summary>
/// <param name="Operation">What the holder was doing.</param>
/// <param name="AttemptId">The holder's attempt.</param>
/// <param name="Token">The holder's token.</param>
/// <param name="Since">Since when, UTC.</param>
public sealed record Blocker(Operation Operation, string AttemptId, long Token, DateTimeOffset Since);
