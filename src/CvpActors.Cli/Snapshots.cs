using CvpActors.Snmp.PassPersist;

namespace CvpActors.Cli;

/// <summary>Makes of the HTTP bodies what the MIB shows.</summary>
internal static class Snapshots
{
    public static MibSnapshot Of(ClusterBody cluster, DatabaseBody[] databases, DateTimeOffset now) =>
        new(now, cluster.Coordinator, cluster.Epoch, databases.Sum(OpenAlerts), [.. databases.Select(Of)]);

    private static DatabaseSnapshot Of(DatabaseBody d) => new(d.Id)
    {
        Lock = Enum.TryParse<LockHolder>(d.Lock?.Operation, ignoreCase: true, out var holder) ? holder : LockHolder.None,
        LockAge = TimeSpan.FromSeconds(d.Lock?.AgeSeconds ?? 0),
        BackupSuccessAt = d.Backup.LastSuccess?.FinishedAt,
        PurgeSuccessAt = d.Purge.LastSuccess?.FinishedAt,
        BackupWindow = Of(d.Backup.Retry),
        PurgeWindow = Of(d.Purge.Retry),
        OpenAlerts = OpenAlerts(d),
    };

    private static RetryWindowSnapshot? Of(RetryBody? retry) =>
        retry is { } open ? new RetryWindowSnapshot(open.Retries, open.NextAttemptAt) : null;

    private static int OpenAlerts(DatabaseBody d) => d.Alerts.Count(a => a.ClearedAt is null);
}
