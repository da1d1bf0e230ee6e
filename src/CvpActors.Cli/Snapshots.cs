using CvpActors.Snmp.PassPersist;

namespace CvpActors.Cli;

/// <summary>Makes of the HTTP bodies what the MIB shows.</summary>
internal static class Snapshots
{
    public static MibSnapshot Of(ClusterBody cluster, DatabaseBody[] databases, DateTimeOffset now) =>
        new(now, cluster.Coordinator, cluster.Epoch, databases.Sum(OpenAlerts), [.. databases.Select(d => Of(d, now))]);

    private static DatabaseSnapshot Of(DatabaseBody d, DateTimeOffset now) => new(d.Id)
    {
        Lock = Enum.TryParse<LockHolder>(d.Lock?.Operation, ignoreCase: true, out var holder) ? holder : LockHolder.None,
        LockAge = TimeSpan.FromSeconds(d.Lock?.AgeSeconds ?? 0),
        BackupSuccessAt = d.Backup.LastSuccess?.FinishedAt,
        PurgeSuccessAt = d.Purge.LastSuccess?.FinishedAt,
        BackupWindow = Of(d.Backup.Retry),
        PurgeWindow = Of(d.Purge.Retry),
        ShipmentLag = ShipmentLag(d, now),
        OpenAlerts = OpenAlerts(d),
    };

    private static TimeSpan ShipmentLag(DatabaseBody d, DateTimeOffset now) =>
        (d.Shipments ?? []).Select(s => s.WantedSince).Min() is { } since && since < now ? now - since : TimeSpan.Zero;

    private static RetryWindowSnapshot? Of(RetryBody? retry) =>
        retry is { } open ? new RetryWindowSnapshot(open.Retries, open.NextAttemptAt) : null;

    private static int OpenAlerts(DatabaseBody d) => d.Alerts.Count(a => a.ClearedAt is null);
}
