using System.Collections.Immutable;

namespace CvpActors.Domain.Maintenance;

/// <summary>The rules for one database, as configured.</summary>
/// <param name="Database">The database's id.</param>
/// <param name="Backup">When backups are due and how they are retried.</param>
/// <param name="Purge">When purges are due and how they are retried.</param>
/// <param name="LockMaxAge">From this age on a lock is cleared by the system (rule 7).</param>
public sealed record DatabasePolicy(string Database, OperationPolicy Backup, OperationPolicy Purge, TimeSpan LockMaxAge)
{
    /// <summary>12 hours.</summary>
    public static TimeSpan DefaultLockMaxAge { get; } = TimeSpan.FromHours(12);

    /// <summary>30 days.</summary>
    public static TimeSpan DefaultRetireAfter { get; } = TimeSpan.FromDays(30);

    /// <summary>A database that no agent has served for so long is retired.</summary>
    public TimeSpan RetireAfter { get; init; } = DefaultRetireAfter;

    /// <summary>The remotes that its old file is shipped to.</summary>
    public ImmutableArray<string> Remotes { get; init; } = [];

    /// <summary>Whether its backups are drilled.</summary>
    public bool HasDrills { get; init; }

    /// <summary>Why the drills' schedule cannot be read on this machine, for a person; null when it can.</summary>
    public string? DrillScheduleProblem { get; init; }

    /// <summary>A purge needs a verified backup that began within this time; null: it needs none.</summary>
    public TimeSpan? PurgeRequiresBackupWithin { get; init; }

    /// <summary>The policy of <paramref name="operation"/>.</summary>
    public OperationPolicy Of(Operation operation) => operation switch
    {
        Operation.Backup => Backup,
        Operation.Purge => Purge,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "is never scheduled"),
    };
}

/// <summary>When one operation is due and how it is retried.</summary>
/// <param name="Schedule">Null for an operation that only runs on demand.</param>
/// <param name="Retry">Rule 4's interval and window.</param>
public sealed record OperationPolicy(ISchedule? Schedule, RetryPolicy Retry)
{
    /// <summary>After this time without a success it is alerted, whatever the cause; null for never.</summary>
    public TimeSpan? ExpectedWithin { get; init; }

    /// <summary>Why the schedule cannot be read on this machine, for a person; null when it can.</summary>
    public string? ScheduleProblem { get; init; }
}
