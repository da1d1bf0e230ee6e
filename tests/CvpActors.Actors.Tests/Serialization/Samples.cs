using System.Collections.Immutable;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Clocks;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Drills.Deciding;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Nodes;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Domain.Shipments;

namespace CvpActors.Actors.Tests.Serialization;

/// <summary>One fixed object of each type that has a manifest, with every property set.</summary>
internal static class Samples
{
    private const string Db = "reporting";
    private static readonly DateTimeOffset At = new(2026, 3, 29, 1, 30, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = At.AddHours(4).AddMilliseconds(250);
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly DatabaseDefinition Definition = Definitions.Scheduled(backup: "0 2 * * *", purge: "30 0 * * *");
    private static readonly Blocker Holder = new(Operation.Purge, "purge-7", 7, At);
    private static readonly BackupManifest Manifest = new(Db, "sqlite", 12, 4096, new string('a', 64), At, Later);
    private static readonly BackupManifest Counted = Manifest with
    {
        Contents = new BackupContents(At, [new CategoryContents("call", 42, Later), new CategoryContents("callevent", 0)]) { Missing = "the disk was slow" },
    };

    private static readonly PurgeResult Purged = new(false, [new CategoryPurge("call", "call", At, 42)]);

    private static readonly PurgeResult PurgedWithRest = new(
        false, [new CategoryPurge("call", "call", At, 42) { Undatable = 3, Kept = [new KeptRows("invoice(call_id)", 2)], Cascaded = 5 }]);
    private static readonly Outcome BackedUp = new(AttemptState.Succeeded) { Backup = Manifest, Elapsed = TenMinutes };
    private static readonly CoordinatorState Coordination = CoordinatorState.Initial
        .Apply(new EpochBegun(At, "site-a-1"))
        .Apply(new EpochOutrun(At, 41))
        .Apply(new DatabaseRegistered(At, Definition) { Node = "site-a-1" });

    private static readonly PurgeHold Hold = new([new HoldReason("clock 2026-03-10T00:30:00Z", "The clock has leapt.")]);
    private static readonly Outcome HeldOutcome = new(AttemptState.Failed, "it is held") { Held = Hold, Elapsed = TenMinutes };
    private static readonly Outcome PurgeFailed = new(AttemptState.Failed, "no space left") { Purge = Purged, Elapsed = TenMinutes };
    private static readonly AlertNotification Notification =
        new("reporting/alert-9/raised", Db, "alert-9", AlertCodes.BackupFailed, AlertPhase.Raised, At, "The backup was given up.");

    private static readonly RestoreOrder Restoring = new("remote:hq@12", 12, 4096, new string('a', 64), "/srv/new.db") { TargetChosen = true, ReapplyPurges = true };
    private static readonly PurgedUpTo UpTo = new([new CategoryCutoff("call", At)]);
    private static readonly Outcome RestoredOutcome = new(AttemptState.Succeeded)
    {
        Restore = new RestoreResult("remote:hq@12", 12, "/srv/new.db", 4096) { PurgedAgain = Purged, NotPurgedAgain = "a category is gone", Note = "a note" },
        Elapsed = TenMinutes,
    };

    private static readonly Attempt RestoreAttempt = new("restore-9", Operation.Restore, Trigger.OnDemand, AttemptState.Succeeded, At)
    {
        Token = 9,
        FinishedAt = Later,
        Restore = Restoring,
        Outcome = RestoredOutcome,
    };

    private static readonly Attempt Backup = new("backup-5", Operation.Backup, Trigger.Scheduled, AttemptState.Succeeded, At)
    {
        Token = 5,
        FinishedAt = Later,
        RequestKey = "key-1",
        Outcome = BackedUp,
    };

    private static readonly Attempt Blocked = new("purge-8", Operation.Purge, Trigger.OnDemand, AttemptState.Blocked, At)
    {
        FinishedAt = At,
        Error = "the lock is held",
        BlockedBy = Holder,
        DryRun = true,
        LateOutcome = PurgeFailed,
    };

    private static readonly DatabaseState State = new()
    {
        Revision = 17,
        Watermark = Later,
        Lock = new MaintenanceLock(Operation.Purge, Trigger.Scheduled, "purge-7", 7, At, "akka://node")
        {
            DryRun = true,
            CancelRequested = true,
            Clearance = new Clearance(ClearanceCause.Operator, "stuck", Later),
            AgeCheckAt = Later,
        },
        Backup = new OperationState { Schedule = "0 2 * * * UTC", CountedUntil = At, LastSuccess = Backup },
        Purge = new OperationState
        {
            Schedule = "30 0 * * * UTC",
            CountedUntil = At,
            Window = new RetryWindow(At, Later, TenMinutes) { NextAttemptAt = Later, Tries = 3, BlockedBy = "backup-5" },
        },
        Pause = new Pause(At, Later, "maintenance"),
        Attempts = [Backup, Blocked],
        Alerts =
        [
            new Alert("alert-9", AlertCodes.BackupFailed, "The backup was given up.", At)
            {
                Operation = Operation.Backup,
                ClearedAt = Later,
                RaisedHandedOver = true,
                ClearedHandedOver = true,
            },
        ],
    };

    private static readonly string Sha256 = new('a', 64);
    private static readonly OldFile Old = new(12, Sha256, 4096, At);
    private static readonly RequestedShipment Requested = new("hq", 12, RequestOutcome.Again);
    private static readonly DatabaseDefinition Shipped = Definition with { Offsite = new OffsiteDefinition(["hq", "dr"], TimeSpan.FromHours(26)) };

    private static readonly DrillOutcome Proof = new(Error: null)
    {
        Generation = 12,
        Bytes = 4096,
        RestoreTook = TimeSpan.FromSeconds(3),
        Rows = 42,
        Note = "its rows were not compared",
    };

    private static readonly DrillState Drilled = new()
    {
        Revision = 9,
        Watermark = Later,
        ConfiguredSince = At,
        Schedule = "0 12 * * 0 UTC",
        CountedUntil = At,
        UnderWay = new DrillUnderWay("drill-8", Trigger.OnDemand, "old", Later),
        Past = [new PastDrill("drill-5", Trigger.Scheduled, "remote:hq", At, Later, new DrillOutcome("it is damaged"))],
        Proven = new PastDrill("drill-3", Trigger.Scheduled, "old", At, Later, Proof),
        Requests = [new DrillRequest("key-1", "drill-8")],
        Alerts = [new Alert("drill-alert-6", AlertCodes.DrillFailed, "It failed.", At) { ClearedAt = Later, RaisedHandedOver = true }],
    };

    private static readonly ShipmentState Shipments = new()
    {
        Revision = 9,
        Watermark = Later,
        ConfiguredSince = At,
        Old = Old,
        OldSince = At,
        Verified = new VerifiedGeneration(11, Sha256, 4000, 120, 3880, At, Later),
        UnderWay = new ShipmentUnderWay(12, Sha256, 4096, At, 3),
        Failure = new ShipmentFailure("no space left", At, 2),
        NextAttemptAt = Later,
        WantedSince = At,
        Requests = [new ShipmentRequest("key-1", Requested)],
        Alerts = [new Alert("shipment-hq-4", AlertCodes.ShipmentOverdue, "It is overdue.", At) { ClearedAt = Later, RaisedHandedOver = true }],
    };

    /// <summary>The samples that one type needs more than one of are told apart by a suffix.</summary>
    public static IReadOnlyDictionary<string, object> All { get; } = new Dictionary<string, object>
    {
        ["db.schedule-adopted:1"] = new ScheduleAdopted(At, Operation.Backup, "0 2 * * * UTC"),
        ["db.window-opened:1"] = new WindowOpened(At, Operation.Backup, At, Later, TenMinutes),
        ["db.window-renewed:1"] = new WindowRenewed(At, Operation.Purge, At, Later, TenMinutes),
        ["db.window-closed:1"] = new WindowClosed(At, Operation.Backup, WindowEnd.Exhausted),
        ["db.runs-missed:1"] = new RunsMissed(Later, Operation.Backup, At, Later, 3),
        ["db.tokens-outrun:1"] = new TokensOutrun(At, 80),
        ["db.lock-acquired:1"] = new LockAcquired(At, Operation.Purge, Trigger.OnDemand, "akka://node", DryRun: true, "key-1"),
        ["db.attempt-blocked:1"] = new AttemptBlocked(At, Operation.Backup, Trigger.Scheduled, "the lock is held", Holder, Later, "key-1"),
        ["db.lock-released:1"] = new LockReleased(Later, 5, BackedUp, NextAttemptAt: null),
        ["db.cancel-requested:1"] = new CancelRequested(At, 5),
        ["db.clearance-begun:1"] = new ClearanceBegun(At, 5, ClearanceCause.MaxAge, "held for 12:00:00"),
        ["db.lock-cleared:1"] = new LockCleared(At, 5, ClearanceCause.Operator, "it is stuck", Later),
        ["db.held-purge-let-go:1"] = new HeldPurgeLetGo(Later, "the machine was off", ["clock 2026-03-10T00:30:00Z"]),
        ["db.lock-released:1 damaged"] = new LockReleased(Later, 7, new Outcome(AttemptState.Succeeded) { DamagedBackup = "the bytes have changed" }, null),
        ["db.lock-released:1 held"] = new LockReleased(Later, 7, HeldOutcome, Later),
        ["db.late-outcome-rejected:1"] = new LateOutcomeRejected(Later, 5, PurgeFailed),
        ["db.lock-age-doubted:1"] = new LockAgeDoubted(At, 5, TimeSpan.FromHours(13), TimeSpan.FromHours(1), Later),
        ["db.clock-stepped-back:1"] = new ClockSteppedBack(At, Later),
        ["db.paused:1"] = new Paused(At, Later, "maintenance"),
        ["db.resumed:1"] = new Resumed(At, Later),
        ["db.remote-named:1"] = new RemoteNamed(At, "hq"),
        ["db.drills-named:1"] = new DrillsNamed(At),
        ["db.state:1 drills"] = DatabaseState.Initial with { HasHadDrills = true },
        ["db.lock-released:1 counted"] = new LockReleased(Later, 5, BackedUp with { Backup = Counted }, NextAttemptAt: null),
        ["db.state:1 remotes"] = DatabaseState.Initial with { Remotes = ["hq", "dr"] },
        ["shipment.remote-adopted:1"] = new RemoteAdopted(At),
        ["shipment.remote-dropped:1"] = new RemoteDropped(At),
        ["shipment.became-old:1"] = new GenerationBecameOld(At, Old),
        ["shipment.old-gone:1"] = new OldFileGone(At),
        ["shipment.requested:1"] = new ShipmentRequested(At, Requested, "key-1"),
        ["shipment.ordered:1"] = new ShipmentOrdered(At, 12, Sha256, 4096, 3),
        ["shipment.verified:1"] = new GenerationVerified(Later, 12, Sha256, 4096, 120, 3976, At),
        ["shipment.failed:1"] = new ShipmentFailed(At, 12, Sha256, "no space left", Later),
        ["shipment.clock-stepped-back:1"] = new ShipmentClockSteppedBack(At, Later),
        ["shipment.alert-raised:1"] = new ShipmentAlertRaised(At, "hq", AlertCodes.ShipmentOverdue, "It is overdue."),
        ["shipment.alert-cleared:1"] = new ShipmentAlertCleared(Later, "shipment-hq-4"),
        ["shipment.alert-handed-over:1"] = new ShipmentAlertHandedOver(At, "shipment-hq-4", AlertPhase.Cleared),
        ["shipment.state:1"] = Shipments,
        ["drill.adopted:1"] = new DrillsAdopted(At, "0 12 * * 0 UTC"),
        ["drill.dropped:1"] = new DrillsDropped(At),
        ["drill.passed-over:1"] = new DrillPassedOver(At, Later, "its schedules are paused"),
        ["drill.begun:1"] = new DrillBegun(At, Trigger.Scheduled, "old") { DueAt = At, RequestKey = "key-1" },
        ["drill.ended:1"] = new DrillEnded(At, "drill-8", Proof),
        ["drill.ended:1 failed"] = new DrillEnded(At, "drill-8", new DrillOutcome("it is damaged") { Generation = 12 }),
        ["drill.clock-stepped-back:1"] = new DrillClockSteppedBack(At, Later),
        ["drill.alert-raised:1"] = new DrillAlertRaised(At, AlertCodes.DrillFailed, "It failed."),
        ["drill.alert-cleared:1"] = new DrillAlertCleared(At, "drill-alert-6"),
        ["drill.alert-handed-over:1"] = new DrillAlertHandedOver(At, "drill-alert-6", AlertPhase.Raised),
        ["drill.state:1"] = Drilled,
        ["db.alert-raised:1"] = new AlertRaised(At, AlertCodes.PurgeFailed, Operation.Purge, "The purge was given up."),
        ["db.alert-cleared:1"] = new AlertCleared(At, "alert-9"),
        ["db.alert-handed-over:1"] = new AlertHandedOver(At, "alert-9", AlertPhase.Cleared),
        ["db.state:1"] = State,
        ["alerts.queued:1"] = new NotificationQueued(At, Notification, ["log", "pager"]),
        ["alerts.delivered:1"] = new NotificationDelivered(At, Notification.Id, "log"),
        ["alerts.summary-delivered:1"] = new SummaryDelivered(At, ["reporting/alert-7/raised", "archive/alert-3/raised"], "snmp:nms:162"),
        ["alerts.book:1"] = AlertBook.Empty
            .Apply(new NotificationQueued(At, Notification, ["log", "pager"]))
            .Apply(new NotificationDelivered(Later, Notification.Id, "log")),
        ["db.expectation-adopted:1"] = new ExpectationAdopted(At, Operation.Purge, Expected: true),
        ["db.agent-missed:1"] = new AgentMissed(Later, At),
        ["db.served-again:1"] = new ServedAgain(At),
        ["db.retired:1"] = new DatabaseRetired(At, "sold", Removed: true),
        ["alerts.refused:1"] = new NotificationRefused(At, ["reporting/alert-7/raised"], "pager", "pager: answered 400 Bad Request"),
        ["alerts.deliveries-dropped:1"] = new DeliveriesDropped(At, "reporting"),
        ["alerts.readdressed:1"] = new NotificationsReaddressed(At, ["log", "pager"]),
        ["nodes.alert-raised:1"] = new NodeAlertRaised(At, "site-a-1", AlertCodes.ClockSkew, "Its clock is 2 min behind."),
        ["nodes.alert-cleared:1"] = new NodeAlertCleared(Later, "node-alert-1"),
        ["nodes.alert-handed-over:1"] = new NodeAlertHandedOver(At, "node-alert-1", AlertPhase.Raised),
        ["nodes.state:1"] = NodesState.Initial.Apply(new NodeAlertRaised(At, "site-a-1", AlertCodes.ClockSkew, "Its clock is 2 min behind.")),
        ["node.report:1 vault"] = new NodeReport(new NodeCondition("site-b-1", TimeSpan.Zero, null, null) { Damaged = ["reporting, generation 3: its bytes have changed on the disk"] }),
        ["node.report:1"] = new NodeReport(new NodeCondition("site-a-1", TimeSpan.FromSeconds(-2), Later, ["log", "snmp:nms:162"])),
        ["clock.asked:1"] = new ClockAsked(123456789),
        ["clock.told:1"] = new ClockTold(123456789, At),
        ["coordinator.sender-named:1"] = new SenderNamed(At, new AlertSender("80001f8805", 7, "cvp-actors")),
        ["coordinator.epoch-begun:1"] = new EpochBegun(At, "akka://node"),
        ["coordinator.database-registered:1"] = new DatabaseRegistered(At, Definition),
        ["coordinator.database-registered:1 node"] = new DatabaseRegistered(At, Definition) { Node = "site-a-1" },
        ["coordinator.database-registered:1 offsite"] = new DatabaseRegistered(At, Shipped) { Node = "site-a-1" },
        ["coordinator.database-registered:1 drill"] = new DatabaseRegistered(
            At, Definition with { Drill = new DrillDefinition("0 12 * * 0", "UTC", "remote:hq") { ExpectedWithin = TimeSpan.FromDays(8) } })
        {
            Node = "site-a-1",
        },
        ["coordinator.epoch-outrun:1"] = new EpochOutrun(At, 41),
        ["coordinator.state:1"] = Coordination with { EpochNode = null },
        ["coordinator.state:1 epoch-node"] = Coordination,
        ["order.start-run:1"] = new StartRun(3, "purge-7", Operation.Purge, 7, DryRun: true),
        ["order.start-run:1 clock"] = new StartRun(3, "purge-7", Operation.Purge, 7, DryRun: false)
        {
            GrantedAt = At,
            Clock = new ClockEvidence(At, new ClockLeap(At, Later)),
            LetGo = ["clock 2026-03-10T00:30:00Z"],
        },
        ["order.start-run:1 granted-at"] = new StartRun(3, "purge-7", Operation.Purge, 7, DryRun: true) { GrantedAt = At },
        ["order.cancel-run:1"] = new CancelRun(3, 7),
        ["order.fence-run:1"] = new FenceRun(3, 7),
        ["order.report-now:1"] = new ReportNow(3),
        ["order.hello-accepted:1"] = new HelloAccepted(3),
        ["order.hello-denied:1"] = new HelloDenied(3, "site-a-1", "it is connected"),
        ["order.outcome-acknowledged:1"] = new OutcomeAcknowledged(3, 7),
        ["order.start-shipment:1"] = new StartShipment(3, "hq", 12, Sha256),
        ["order.start-drill:1"] = new StartDrill(3, "drill-8", "remote:hq"),
        ["agent.drill-reported:1"] = new DrillReported(Db, "drill-8"),
        ["agent.drill-reported:1 ended"] = new DrillReported(Db, "drill-8", Proof),
        ["agent.shipment-reported:1"] = new ShipmentReported(
            Db, "hq", 12, Sha256, ShipmentPhase.Running, 4096, 120, 3000, 1500.5, TimeSpan.FromSeconds(2), VerifiedAt: null, Error: null),
        ["agent.shipment-reported:1 verified"] = new ShipmentReported(
            Db, "hq", 12, Sha256, ShipmentPhase.Verified, 4096, 120, 3976, 0, TimeLeft: null, At, Error: null),
        ["agent.shipment-reported:1 failed"] = new ShipmentReported(
            Db, "hq", 12, Sha256, ShipmentPhase.Failed, 4096, 0, 0, 0, TimeLeft: null, VerifiedAt: null, "no space left"),
        ["vault.offer:1"] = new OfferGeneration(Manifest),
        ["vault.offered:1"] = new GenerationOffered(At, Sha256),
        ["vault.request-ticket:1"] = new RequestTicket(Manifest, [1, 2, 3], "digest"),
        ["vault.ticket-issued:1"] = new TicketIssued("https://10.0.0.3:4054/internal/v1/uploads/abc", 7),
        ["vault.refused:1"] = new VaultRefused("no-room", "the disk is full"),
        ["get.remote:1"] = new GetRemote(),
        ["view.remote:1"] = new RemoteView("hq", "site-b-1", "http://10.0.0.3:9080/", 4096, [Db], ["reporting, generation 3: its bytes have changed on the disk"]),
        ["get.generations:1"] = new GetGenerations(Db),
        ["view.generations:1"] = new GenerationList([new HeldGeneration(12, 4096, 120, Sha256, At, Later, Plain: false, LockedUntil: Later, Damage: null)]),
        ["agent.hello:1"] = new AgentHello(
            Definition, "akka://node", 7, new RunningNow(7, TenMinutes, new RunProgress(3, 10, "rows")), [5, 6], [new BackupFile(BackupNames.Old, Manifest)]),
        ["agent.hello:1 expected"] = new AgentHello(
            Definition with { Backup = Definition.Backup with { ExpectedWithin = TimeSpan.FromHours(26) } }, "akka://node", 0, null, [], []),
        ["agent.hello:1 interlock"] = new AgentHello(
            Definition with { PurgeRequiresBackupWithin = TimeSpan.FromHours(26) }, "akka://node", 0, null, [], []),
        ["agent.hello:1 fleet"] = new AgentHello(Definition, "site-a-1", 0, null, [], [])
        {
            BridgeUrl = "http://10.1.2.3:9080/",
            HighestEpoch = 41,
            NodeLimit = 4,
            AgainWithin = TimeSpan.FromSeconds(20),
        },
        ["agent.run-started:1"] = new RunStarted(Db, 7),
        ["agent.run-reported:1"] = new RunReported(Db, 7, PurgeFailed),
        ["agent.run-reported:1 kept"] = new RunReported(Db, 7, new Outcome(AttemptState.Succeeded) { Purge = PurgedWithRest, Elapsed = TenMinutes }),
        ["agent.run-reported:1 restored"] = new RunReported(Db, 9, RestoredOutcome),
        ["db.lock-acquired:1 restore"] = new LockAcquired(At, Operation.Restore, Trigger.OnDemand, "site-a-1", DryRun: false, "key-1") { Restore = Restoring },
        ["db.state:1 expected"] = new DatabaseState { Revision = 2, Purge = new OperationState { ExpectedSince = At } },
        ["db.state:1 restored"] = new DatabaseState
        {
            Revision = 9,
            Lock = new MaintenanceLock(Operation.Restore, Trigger.OnDemand, "restore-9", 9, At, "site-a-1") { Restore = Restoring },
            Restore = new OperationState { LastSuccess = RestoreAttempt },
            PurgedUpTo = UpTo,
        },
        ["order.start-run:1 restore"] = new StartRun(3, "restore-9", Operation.Restore, 9, DryRun: false) { GrantedAt = At, Restore = Restoring, Purged = UpTo },
        ["request:1 restore"] = new DatabaseRequest(Db, new RequestRun(Operation.Restore, DryRun: false, "key-1") { Restore = Restoring, Confirm = "reporting@12" }),
        ["request:1 recall-restore"] = new DatabaseRequest(Db, new RecallRestore("key-1", new RestoreWish("remote:hq", null, ReapplyPurges: false))),
        ["answered:1 granted-restore"] = new DatabaseAnswer(new RunGranted("restore-9", 9) { Target = "/srv/new.db" }),
        ["restore.plan:1"] = new PlanRestore(Db, new RestoreWish("old", "live", ReapplyPurges: true)) { Last = new PastRestore(TenMinutes, 4096), Purged = UpTo },
        ["restore.planned:1"] = new RestorePlanned(new RestorePlan(
            Restoring, Later, new RestorePlace("/srv/new.db", IsLive: false) { Replaces = "a file", Problem = "it is there" }, [new SpaceNeed("/srv", 4096, 100) { Disk = "8:1" }])
        {
            Purges = UpTo,
            Last = new PastRestore(TenMinutes, 4096),
        }),
        ["restore.refused:1"] = new RestoreRefused("no-such-backup", "there is none"),
        ["view.attempts:1 restore"] = new AttemptList([AttemptView.Of(Db, RestoreAttempt, progress: null)]),
        ["agent.run-fenced:1"] = new RunFenced(Db, 7),
        ["request:1"] = new DatabaseRequest(Db, new RequestRun(Operation.Purge, DryRun: true, "key-1")),
        ["request:1 cancel"] = new DatabaseRequest(Db, new CancelAttempt("backup-5")),
        ["request:1 clear"] = new DatabaseRequest(Db, new ClearLock("it is stuck")),
        ["request:1 let-purge-go"] = new DatabaseRequest(Db, new LetPurgeGo("the machine was off")),
        ["request:1 pause"] = new DatabaseRequest(Db, new PauseSchedules(Later, "maintenance")),
        ["request:1 resume"] = new DatabaseRequest(Db, new ResumeSchedules()),
        ["request:1 ship"] = new DatabaseRequest(Db, new RequestShipments("hq", "key-1")),
        ["request:1 drill"] = new DatabaseRequest(Db, new RequestDrill("key-1")),
        ["request:1 retire"] = new DatabaseRequest(Db, new RetireDatabase("sold")),
        ["answered:1 shipments"] = new DatabaseAnswer(new ShipmentsRequested([Requested])),
        ["answered:1 drill"] = new DatabaseAnswer(new DrillGranted("drill-8")),
        ["answered:1 nothing-to-ship"] = new DatabaseAnswer(new NothingToShip("no old file yet")),
        ["answered:1"] = new DatabaseAnswer(new RunRefused("the lock is held", Holder)),
        ["answered:1 granted"] = new DatabaseAnswer(new RunGranted("backup-5", 5)),
        ["answered:1 agent-missing"] = new DatabaseAnswer(new AgentMissing("not connected")),
        ["answered:1 agent-awaited"] = new DatabaseAnswer(new AgentMissing("not connected") { Awaited = true }),
        ["answered:1 no-room"] = new DatabaseAnswer(new NoRoom("4 operations run on site-a-1")),
        ["answered:1 accepted"] = new DatabaseAnswer(new Accepted()),
        ["answered:1 not-there"] = new DatabaseAnswer(new NotThere("no such attempt")),
        ["answered:1 not-possible"] = new DatabaseAnswer(new NotPossible("it ended")),
        ["get.database:1"] = new GetDatabase(Db),
        ["get.attempts:1"] = new GetAttempts(Db, 20),
        ["get.attempts:1 skip"] = new GetAttempts(Db, 20) { Skip = 40 },
        ["get.attempt:1"] = new GetAttempt(Db, "backup-5"),
        ["request:1 expires"] = new DatabaseRequest(Db, new ResumeSchedules()) { Epoch = 3, ExpiresAt = TenMinutes },
        ["request:1 epoch"] = new DatabaseRequest(Db, new ResumeSchedules()) { Epoch = 3 },
        ["get.epoch:1"] = new GetEpoch(),
        ["view.epoch:1"] = new EpochView("site-a-1", 3),
        ["view.epoch:1 conflicts"] = new EpochView("site-a-1", 3) { Conflicts = [new ConflictView(Db, "site-a-1", "site-b-1")] },
        ["view.epoch:1 clock"] = new EpochView("site-a-1", 3) { Clock = TenMinutes },
        ["view.epoch:1 journal"] = new EpochView("site-a-1", 3) { JournalProblem = "connection refused" },
        ["epoch-passed:1"] = new EpochPassed(4),
        ["get.databases:1"] = new GetDatabases("billing", 100),
        ["get.alerts:1"] = new GetAlerts(),
        ["get.alerts:1 skip"] = new GetAlerts { Skip = 40 },
        ["get.coordinator:1"] = new GetCoordinator(),
        ["view.coordinator:1"] = new CoordinatorView("akka://node", 3, [Db]),
        ["unknown-database:1"] = new UnknownDatabase("billing", [Db]),
        ["view.databases:1"] = new DatabaseList([], More: true),
        ["view.database:1"] = new DatabaseView(
            Db,
            "sqlite",
            "akka://node",
            AgentView.Connected,
            new LockView(Operation.Purge, Trigger.Scheduled, "purge-7", 7, At, 12.5, HolderUnreachable: true, Clearing: true),
            new OperationView("0 2 * * * UTC", Later, Retry: null, AttemptView.Of(Db, Backup, progress: null)),
            new OperationView("30 0 * * * UTC", Later, new RetryView(At, Later, Later, 2, "backup-5"), LastSuccess: null),
            new PauseView(At, Later, "maintenance"),
            [FileView.Of(new BackupFile(BackupNames.Old, Manifest))],
            [new DatabaseAlertView("alert-9", AlertCodes.BackupFailed, At, Later, "The backup was given up.")]),
        ["view.database:1 held"] = new DatabaseView(
            Db, "sqlite", "site-a-1", AgentView.Connected, null, new OperationView(null, null, null, null),
            new OperationView(null, null, null, null) { Held = new HeldPurge("purge-7", At, Hold) }, null, [], []),
        ["view.database:1 problem"] = new DatabaseView(
            Db, "sqlite", "site-a-1", AgentView.Unreachable, null, new OperationView(null, null, null, null), new OperationView(null, null, null, null), null, [], [])
        {
            Problem = "its history cannot be read",
        },
        ["view.database:1 shipments"] = new DatabaseView(
            Db, "sqlite", "site-a-1", AgentView.Connected, null, new OperationView(null, null, null, null), new OperationView(null, null, null, null), null, [], [])
        {
            Shipments =
            [
                new ShipmentView("dr", 12, ShipmentStateView.Running, 4096, 120, At, Error: null)
                {
                    BytesSaved = 3000,
                    BytesPerSecond = 1500.5,
                    SecondsLeft = 2,
                    WantedSince = At,
                },
                new ShipmentView("hq", 12, ShipmentStateView.Failed, 4096, 0, VerifiedAt: null, "no space left") { WantedSince = At, NextAttemptAt = Later },
            ],
        },
        ["view.database:1 drill"] = new DatabaseView(
            Db, "sqlite", "site-a-1", AgentView.Connected, null, new OperationView(null, null, null, null), new OperationView(null, null, null, null), null, [], [])
        {
            Drill = new DrillView("0 12 * * 0 UTC", Later, "old")
            {
                UnderWay = new DrillUnderWayView("drill-8", Later),
                Last = new DrillEndedView("drill-5", Succeeded: false, At, Later, "it is damaged", "its rows were not compared"),
            },
            LastProven = new ProvenView(12, "old", Later, 3.5, 42, 4096),
        },
        ["view.attempts:1"] = new AttemptList([AttemptView.Of(Db, Backup, progress: null), AttemptView.Of(Db, Blocked, progress: null)]),
        ["view.alerts:1"] = new AlertList(
            [
                new AlertView("alert-9", Db, AlertCodes.BackupFailed, At, Later, "The backup was given up.",
                    [new DeliveryView("pager", AlertPhase.Raised, DeliveredAt: null, 2, "the receiver is down")]),
            ]),
        ["alerts.test:1"] = new TestAlerts("key-1"),
        ["alerts.test-result:1"] = new AlertTestResult([new ReceiverTestView("log", true, null), new ReceiverTestView("snmp:nms:162", false, "no acknowledgement")]),
        ["alerts.hand-over:1"] = new HandOver(Notification),
        ["alerts.handed-over:1"] = new HandedOver("alert-9", AlertPhase.Raised),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static string ManifestOf(string sample) => sample.Split(' ')[0];

    /// <summary>The sample's golden file, without folder.</summary>
    public static string FileOf(string sample) => sample.Replace(':', '-').Replace(' ', '-') + ".golden.json";
}
