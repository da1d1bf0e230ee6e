namespace CvpActors.Domain.Alerts;

/// <summary>The codes of alerts; permanent, since monitoring rules are written against them.</summary>
public static class AlertCodes
{
    /// <summary>A scheduled backup's retries ended without a success (rule 5).</summary>
    public const string BackupFailed = "backup-failed";

    /// <summary>A scheduled purge's retries ended without a success (rule 5).</summary>
    public const string PurgeFailed = "purge-failed";

    /// <summary>No backup has succeeded for longer than <c>backup.expected-within</c>, whatever the cause.</summary>
    public const string BackupOverdue = "backup-overdue";

    /// <summary>No purge has succeeded for longer than <c>purge.expected-within</c>, whatever the cause.</summary>
    public const string PurgeOverdue = "purge-overdue";

    /// <summary>A lock's age by the wall clock and the run's real length disagree, or the clock ran backwards.</summary>
    public const string ClockSkew = "clock-skew";

    /// <summary>A lock was cleared because it was older than the policy allows (rule 7).</summary>
    public const string LockCleared = "lock-cleared";

    /// <summary>The last backup's bytes had changed on their disk when the next one was made.</summary>
    public const string BackupDamaged = "backup-damaged";

    /// <summary>A purge deleted nothing and waits for an administrator: its clock, or how its rows are dated, may be wrong.</summary>
    public const string PurgeHeld = "purge-held";

    /// <summary>A schedule cannot be read on the coordinator's machine, so nothing of it falls due.</summary>
    public const string ScheduleUnreadable = "schedule-unreadable";

    /// <summary>A node's certificate ends soon; without a valid one it can neither join nor talk.</summary>
    public const string CertificateExpires = "certificate-expires";

    /// <summary>A coordinator node would alert others than the present coordinator does.</summary>
    public const string ReceiversDiffer = "receivers-differ";

    /// <summary>A remote has had no newly verified generation of a database for too long.</summary>
    public const string ShipmentOverdue = "shipment-overdue";

    /// <summary>A generation could not be proven to be restorable.</summary>
    public const string DrillFailed = "drill-failed";

    /// <summary>No drill of a database has succeeded for too long.</summary>
    public const string DrillOverdue = "drill-overdue";

    /// <summary>What a remote keeps was found damaged on its disk.</summary>
    public const string VaultDamaged = "vault-damaged";

    /// <summary>The journal cannot be written, so nothing is started.</summary>
    public const string JournalUnavailable = "journal-unavailable";

    /// <summary>Several notifications told together, since one by one they were too many.</summary>
    public const string Summary = "alert-summary";

    /// <summary>An administrator tries whether notifications arrive.</summary>
    public const string Test = "test";

    /// <summary>The code for a scheduled run of <paramref name="operation"/> that was given up.</summary>
    public static string GaveUp(Operation operation) => operation switch
    {
        Operation.Backup => BackupFailed,
        Operation.Purge => PurgeFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "is never retried, so never given up"),
    };

    /// <summary>The code for an <paramref name="operation"/> that has not succeeded within the time it is expected in.</summary>
    public static string Overdue(Operation operation) => operation switch
    {
        Operation.Backup => BackupOverdue,
        Operation.Purge => PurgeOverdue,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "is never expected"),
    };
}
