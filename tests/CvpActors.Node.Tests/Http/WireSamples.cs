using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;

namespace CvpActors.Node.Tests.Http;

/// <summary>Answers of the coordinator with every property filled, and with every one that may be missing left out.</summary>
internal static class WireSamples
{
    private const string Db = "reporting";

    private static readonly DateTimeOffset At = new(2026, 3, 29, 3, 30, 0, TimeSpan.FromHours(2));
    private static readonly DateTimeOffset Later = new(2026, 3, 29, 5, 30, 0, 250, TimeSpan.Zero);
    private static readonly BackupManifest Manifest = new(Db, "sqlite", 12, 4096, new string('a', 64), At, Later);
    private static readonly PurgeResult Purged = new(DryRun: true, [new CategoryPurge("call", "call", At, 42) { Undatable = 3, Kept = [new KeptRows("invoice(call_id)", 2)] }]);

    public static Blocker Holder { get; } = new(Operation.Purge, "purge-7", 7, At);

    public static AttemptView Succeeded { get; } = AttemptView.Of(
        Db,
        new Attempt("backup-5", Operation.Backup, Trigger.Scheduled, AttemptState.Succeeded, At)
        {
            Token = 5,
            FinishedAt = Later,
            Outcome = new Outcome(AttemptState.Succeeded) { Backup = Manifest, Elapsed = TimeSpan.FromSeconds(12.5) },
        },
        progress: null);

    public static AttemptView Running { get; } = AttemptView.Of(
        Db,
        new Attempt("purge-7", Operation.Purge, Trigger.OnDemand, AttemptState.Running, At) { Token = 7, DryRun = true },
        new RunProgress(3, 10, "rows"));

    public static AttemptView Blocked { get; } = AttemptView.Of(
        Db,
        new Attempt("backup-8", Operation.Backup, Trigger.OnDemand, AttemptState.Blocked, At) { FinishedAt = At, Error = "held", BlockedBy = Holder },
        progress: null);

    public static AttemptView Late { get; } = AttemptView.Of(
        Db,
        new Attempt("purge-9", Operation.Purge, Trigger.Scheduled, AttemptState.Cancelled, At)
        {
            Token = 9,
            FinishedAt = Later,
            Error = "too old",
            LateOutcome = new Outcome(AttemptState.Failed, "disk") { Purge = Purged, Elapsed = TimeSpan.FromHours(13) },
        },
        progress: null);

    public static RestorePlan RestorePlan { get; } = new(
        new RestoreOrder("remote:hq@12", 12, 4096, new string('a', 64), RestoreOrder.Live) { ReapplyPurges = true },
        At,
        new RestorePlace(RestoreOrder.Live, IsLive: true) { Replaces = "/srv/reporting.db, 4.1 kB", Problem = "it is locked" },
        [new SpaceNeed("/srv", 8192, 100)])
    {
        Purges = new PurgedUpTo([new CategoryCutoff("call", At)]),
        Last = new PastRestore(TimeSpan.FromSeconds(2.5), 4000),
    };

    public static AttemptView Restored { get; } = AttemptView.Of(
        Db,
        new Attempt("restore-9", Operation.Restore, Trigger.OnDemand, AttemptState.Succeeded, At)
        {
            Token = 9,
            FinishedAt = Later,
            Restore = RestorePlan.Order,
            Outcome = new Outcome(AttemptState.Succeeded)
            {
                Restore = new RestoreResult("remote:hq@12", 12, RestoreOrder.Live, 4096) { PurgedAgain = Purged, NotPurgedAgain = "one category is gone", Note = "a note" },
                Elapsed = TimeSpan.FromSeconds(2.5),
            },
        },
        progress: null);

    public static DatabaseView Full { get; } = new(
        Db,
        "sqlite",
        "site-a-1",
        AgentView.Connected,
        new LockView(Operation.Purge, Trigger.Scheduled, "purge-7", 7, At, 12.5, HolderUnreachable: true, Clearing: true),
        new OperationView("0 2 * * * UTC", Later, Retry: null, Succeeded),
        new OperationView("30 0 * * * UTC", Later, new RetryView(At, Later, Later, 2, "backup-5"), LastSuccess: null),
        new PauseView(At, Later, "maintenance"),
        [FileView.Of(new BackupFile(BackupNames.Old, Manifest))],
        [new DatabaseAlertView("alert-9", AlertCodes.BackupFailed, At, Later, "The backup was given up.")]);

    public static DatabaseView Bare { get; } = new(
        Db, "sqlite", "", AgentView.Unreachable, null, new OperationView(null, null, null, null), new OperationView(null, null, null, null), null, [], []);

    public static DatabaseView Shipping { get; } = Bare with
    {
        Shipments =
        [
            new ShipmentView("archive", null, ShipmentStateView.Pending, 0, 0, VerifiedAt: null, Error: null),
            new ShipmentView("dr", 12, ShipmentStateView.Running, 4096, 120, At, Error: null)
            {
                BytesSaved = 3000,
                BytesPerSecond = 1500.5,
                SecondsLeft = 2,
                WantedSince = At,
            },
            new ShipmentView("hq", 12, ShipmentStateView.Failed, 4096, 0, VerifiedAt: null, "no space left") { WantedSince = At, NextAttemptAt = Later },
            new ShipmentView("vault", 12, ShipmentStateView.Verified, 4096, 120, Later, Error: null) { BytesSaved = 3976 },
        ],
    };

    public static DatabaseView Drilled { get; } = Bare with
    {
        Drill = new DrillView("0 12 * * 0 UTC", Later, "old")
        {
            UnderWay = new DrillUnderWayView("drill-8", Later),
            Last = new DrillEndedView("drill-5", Succeeded: false, At, Later, "it is damaged", Note: null),
        },
        LastProven = new ProvenView(12, "remote:hq", Later, 3.5, 42, 4096),
    };

    public static ShipmentsRequested Requested { get; } = new([new RequestedShipment("dr", 12, RequestOutcome.Running), new RequestedShipment("hq", 12, RequestOutcome.Again)]);

    public static AlertView Alert { get; } = new(
        "alert-9", Db, AlertCodes.PurgeFailed, At, Later, "The purge was given up.",
        [
            new DeliveryView("log", AlertPhase.Raised, Later, 0, null),
            new DeliveryView("snmp:nms", AlertPhase.Cleared, null, 3, "no answer"),
        ]);

    public static AlertTestResult Test { get; } = new([new ReceiverTestView("log", true, null), new ReceiverTestView("snmp:nms", false, "no answer")]);
}
