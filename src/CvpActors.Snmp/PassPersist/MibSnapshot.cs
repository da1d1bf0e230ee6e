namespace CvpActors.Snmp.PassPersist;

/// <summary>The state of the cluster at one moment, as CVPACTORS-MIB shows it.</summary>
/// <param name="TakenAt">When it was read, UTC; ages are counted up to here.</param>
/// <param name="CoordinatorNode">The coordinator's node; empty while there is none.</param>
/// <param name="Epoch">The coordinator's incarnation.</param>
/// <param name="OpenAlerts">Alerts raised and not cleared, the cluster's own included.</param>
/// <param name="Databases">The databases, in any order; ids are unique.</param>
public sealed record MibSnapshot(
    DateTimeOffset TakenAt,
    string CoordinatorNode,
    long Epoch,
    int OpenAlerts,
    IReadOnlyList<DatabaseSnapshot> Databases);

/// <summary>The state of one database at one moment.</summary>
/// <param name="Id">The id from the configuration, at least one character.</param>
public sealed record DatabaseSnapshot(string Id)
{
    /// <summary>What holds the lock.</summary>
    public LockHolder Lock { get; init; } = LockHolder.None;

    /// <summary>How long it has been held.</summary>
    public TimeSpan LockAge { get; init; }

    /// <summary>When the last good backup was completed, UTC; null when there was none.</summary>
    public DateTimeOffset? BackupSuccessAt { get; init; }

    /// <summary>When the last good purge was completed, UTC; null when there was none.</summary>
    public DateTimeOffset? PurgeSuccessAt { get; init; }

    /// <summary>The backup's retry window; null while it is closed.</summary>
    public RetryWindowSnapshot? BackupWindow { get; init; }

    /// <summary>The purge's retry window; null while it is closed.</summary>
    public RetryWindowSnapshot? PurgeWindow { get; init; }

    /// <summary>For how long the oldest unshipped generation has been waiting; zero when nothing is.</summary>
    public TimeSpan ShipmentLag { get; init; }

    /// <summary>Alerts about this database that are raised and not cleared.</summary>
    public int OpenAlerts { get; init; }
}

/// <summary>An open retry window (rule 4).</summary>
/// <param name="Retries">Tries after the first one.</param>
/// <param name="NextAttemptAt">When the next one is due, UTC; null while a run of the window is under way.</param>
public sealed record RetryWindowSnapshot(int Retries, DateTimeOffset? NextAttemptAt);

/// <summary>What holds a database's lock; the numbers are those of cvpaLockOperation.</summary>
public enum LockHolder
{
    /// <summary>Nothing.</summary>
    None = 1,

    /// <summary>A backup.</summary>
    Backup = 2,

    /// <summary>A purge.</summary>
    Purge = 3,

    /// <summary>A restore.</summary>
    Restore = 4,
}
