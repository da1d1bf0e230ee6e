namespace CvpActors.Domain.Alerts;

/// <summary>The codes of alerts; permanent, since monitoring rules are written against them.</summary>
public static class AlertCodes
{
    /// <summary>A scheduled backup's retries ended without a success (rule 5).</summary>
    public const string BackupFailed = "backup-failed";

    /// <summary>A scheduled purge's retries ended without a success (rule 5).</summary>
    public const string PurgeFailed = "purge-failed";

    /// <summary>A lock's age by the wall clock and the run's real length disagree, or the clock ran backwards.</summary>
    public const string ClockSkew = "clock-skew";

    /// <summary>A lock was cleared because it was older than the policy allows (rule 7).</summary>
    public const string LockCleared = "lock-cleared";

    /// <summary>Several notifications told together, since one by one they were too many.</summary>
    public const string Summary = "alert-summary";

    /// <summary>An administrator tries whether notifications arrive.</summary>
    public const string Test = "test";

    /// <summary>The code for a scheduled run of <paramref name="operation"/> that was given up.</summary>
    public static string GaveUp(Operation operation) => operation == Operation.Backup ? BackupFailed : PurgeFailed;
}

/// <summary>Something a person must hear of: raised once, delivered at least once, cleared when its cause has gone.</summary>
/// <param name="Id">Unique per database.</param>
/// <param name="Code">One of <see cref="AlertCodes"/>.</param>
/// <param name="Text">What happened, to which database, and what to do.</param>
/// <param name="RaisedAt">When, UTC.</param>
public sealed record Alert(string Id, string Code, string Text, DateTimeOffset RaisedAt)
{
    /// <summary>The operation it is about; null when it is about the database as a whole.</summary>
    public Operation? Operation { get; init; }

    /// <summary>When its cause went away, UTC; null while it is open.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>Whether the alert's raising has been handed to delivery.</summary>
    public bool RaisedHandedOver { get; init; }

    /// <summary>Whether the alert's clearing has been handed to delivery.</summary>
    public bool ClearedHandedOver { get; init; }
}

/// <summary>Which of an alert's two notifications is meant.</summary>
public enum AlertPhase
{
    /// <summary>The cause appeared.</summary>
    Raised,

    /// <summary>The cause went away.</summary>
    Cleared,
}
