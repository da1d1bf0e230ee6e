using System.Text.Json.Serialization;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Maintenance;

/// <summary>Who may work on one database, and since when (rule 2). There is at most one per database.</summary>
/// <param name="Operation">What the holder does.</param>
/// <param name="Trigger">What asked for it.</param>
/// <param name="AttemptId">The attempt that holds the lock.</param>
/// <param name="Token">The fencing token: the number of the event that granted this lock, strictly increasing per database.</param>
/// <param name="AcquiredAt">When the lock was granted, UTC.</param>
/// <param name="Node">The node whose agent executes the run.</param>
public sealed record MaintenanceLock(
    Operation Operation,
    Trigger Trigger,
    string AttemptId,
    long Token,
    DateTimeOffset AcquiredAt,
    string Node)
{
    /// <summary>A purge that only counts.</summary>
    public bool DryRun { get; init; }

    /// <summary>What is restored to where; null for what is no restore.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreOrder? Restore { get; init; }

    /// <summary>An administrator asked this run to stop; a run that ends this way is not retried.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>The clearing of this lock that has begun, or null.</summary>
    public Clearance? Clearance { get; init; }

    /// <summary>When the lock's age is looked at again, after the agent showed that the wall clock and the run disagree; null before that.</summary>
    public DateTimeOffset? AgeCheckAt { get; init; }

    /// <summary>How long the lock has been held by the wall clock; never negative.</summary>
    public TimeSpan Age(DateTimeOffset now) => now > AcquiredAt ? now - AcquiredAt : TimeSpan.Zero;
}

/// <summary>Why a lock is taken from its holder.</summary>
public enum ClearanceCause
{
    /// <summary>It is older than the policy allows (rule 7).</summary>
    MaxAge,

    /// <summary>An administrator cleared it.</summary>
    Operator,
}

/// <summary>The clearing of a lock: the holder is cancelled and fenced first, then the lock is released (rule 7).</summary>
/// <param name="Cause">Who wants it cleared.</param>
/// <param name="Reason">The text for the record.</param>
/// <param name="BegunAt">When cancelling began, UTC. A holder that does not answer is waited for only so long.</param>
public sealed record Clearance(ClearanceCause Cause, string Reason, DateTimeOffset BegunAt);
