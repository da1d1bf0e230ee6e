using System.Collections.Frozen;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Nodes;
using CvpActors.Domain.Shipments;

namespace CvpActors.Actors.Serialization;

/// <summary>
/// The permanent name of each message and event. A name is never reused and never changed; a schema that must break gets
/// a new name, and the old one stays readable.
/// </summary>
public static class Manifests
{
    /// <summary>Type to manifest.</summary>
    public static FrozenDictionary<Type, string> ByType { get; } = new Dictionary<Type, string>
    {
        [typeof(ScheduleAdopted)] = "db.schedule-adopted:1",
        [typeof(WindowOpened)] = "db.window-opened:1",
        [typeof(WindowRenewed)] = "db.window-renewed:1",
        [typeof(WindowClosed)] = "db.window-closed:1",
        [typeof(RunsMissed)] = "db.runs-missed:1",
        [typeof(TokensOutrun)] = "db.tokens-outrun:1",
        [typeof(LockAcquired)] = "db.lock-acquired:1",
        [typeof(AttemptBlocked)] = "db.attempt-blocked:1",
        [typeof(LockReleased)] = "db.lock-released:1",
        [typeof(CancelRequested)] = "db.cancel-requested:1",
        [typeof(ClearanceBegun)] = "db.clearance-begun:1",
        [typeof(LockCleared)] = "db.lock-cleared:1",
        [typeof(LateOutcomeRejected)] = "db.late-outcome-rejected:1",
        [typeof(LockAgeDoubted)] = "db.lock-age-doubted:1",
        [typeof(ClockSteppedBack)] = "db.clock-stepped-back:1",
        [typeof(Paused)] = "db.paused:1",
        [typeof(Resumed)] = "db.resumed:1",
        [typeof(RemoteNamed)] = "db.remote-named:1",
        [typeof(AgentMissed)] = "db.agent-missed:1",
        [typeof(ServedAgain)] = "db.served-again:1",
        [typeof(DatabaseRetired)] = "db.retired:1",
        [typeof(AlertRaised)] = "db.alert-raised:1",
        [typeof(AlertCleared)] = "db.alert-cleared:1",
        [typeof(AlertHandedOver)] = "db.alert-handed-over:1",
        [typeof(DatabaseState)] = "db.state:1",
        [typeof(RemoteAdopted)] = "shipment.remote-adopted:1",
        [typeof(RemoteDropped)] = "shipment.remote-dropped:1",
        [typeof(GenerationBecameOld)] = "shipment.became-old:1",
        [typeof(OldFileGone)] = "shipment.old-gone:1",
        [typeof(ShipmentRequested)] = "shipment.requested:1",
        [typeof(ShipmentOrdered)] = "shipment.ordered:1",
        [typeof(GenerationVerified)] = "shipment.verified:1",
        [typeof(ShipmentFailed)] = "shipment.failed:1",
        [typeof(ShipmentClockSteppedBack)] = "shipment.clock-stepped-back:1",
        [typeof(ShipmentAlertRaised)] = "shipment.alert-raised:1",
        [typeof(ShipmentAlertCleared)] = "shipment.alert-cleared:1",
        [typeof(ShipmentAlertHandedOver)] = "shipment.alert-handed-over:1",
        [typeof(ShipmentState)] = "shipment.state:1",
        [typeof(NotificationQueued)] = "alerts.queued:1",
        [typeof(NotificationDelivered)] = "alerts.delivered:1",
        [typeof(SummaryDelivered)] = "alerts.summary-delivered:1",
        [typeof(NotificationsReaddressed)] = "alerts.readdressed:1",
        [typeof(NotificationRefused)] = "alerts.refused:1",
        [typeof(DeliveriesDropped)] = "alerts.deliveries-dropped:1",
        [typeof(AlertBook)] = "alerts.book:1",
        [typeof(NodeAlertRaised)] = "nodes.alert-raised:1",
        [typeof(NodeAlertCleared)] = "nodes.alert-cleared:1",
        [typeof(NodeAlertHandedOver)] = "nodes.alert-handed-over:1",
        [typeof(NodesState)] = "nodes.state:1",
        [typeof(EpochBegun)] = "coordinator.epoch-begun:1",
        [typeof(EpochOutrun)] = "coordinator.epoch-outrun:1",
        [typeof(SenderNamed)] = "coordinator.sender-named:1",
        [typeof(DatabaseRegistered)] = "coordinator.database-registered:1",
        [typeof(CoordinatorState)] = "coordinator.state:1",
        [typeof(StartRun)] = "order.start-run:1",
        [typeof(CancelRun)] = "order.cancel-run:1",
        [typeof(FenceRun)] = "order.fence-run:1",
        [typeof(ReportNow)] = "order.report-now:1",
        [typeof(HelloAccepted)] = "order.hello-accepted:1",
        [typeof(HelloDenied)] = "order.hello-denied:1",
        [typeof(OutcomeAcknowledged)] = "order.outcome-acknowledged:1",
        [typeof(StartShipment)] = "order.start-shipment:1",
        [typeof(AgentHello)] = "agent.hello:1",
        [typeof(RunStarted)] = "agent.run-started:1",
        [typeof(RunReported)] = "agent.run-reported:1",
        [typeof(RunFenced)] = "agent.run-fenced:1",
        [typeof(ShipmentReported)] = "agent.shipment-reported:1",
        [typeof(NodeReport)] = "node.report:1",
        [typeof(ClockAsked)] = "clock.asked:1",
        [typeof(ClockTold)] = "clock.told:1",
        [typeof(DatabaseRequest)] = "request:1",
        [typeof(EpochPassed)] = "epoch-passed:1",
        [typeof(DatabaseAnswer)] = "answered:1",
        [typeof(GetDatabase)] = "get.database:1",
        [typeof(GetAttempts)] = "get.attempts:1",
        [typeof(GetAttempt)] = "get.attempt:1",
        [typeof(GetCoordinator)] = "get.coordinator:1",
        [typeof(GetDatabases)] = "get.databases:1",
        [typeof(GetEpoch)] = "get.epoch:1",
        [typeof(EpochView)] = "view.epoch:1",
        [typeof(GetAlerts)] = "get.alerts:1",
        [typeof(UnknownDatabase)] = "unknown-database:1",
        [typeof(CoordinatorView)] = "view.coordinator:1",
        [typeof(DatabaseList)] = "view.databases:1",
        [typeof(DatabaseView)] = "view.database:1",
        [typeof(AttemptList)] = "view.attempts:1",
        [typeof(AlertList)] = "view.alerts:1",
        [typeof(TestAlerts)] = "alerts.test:1",
        [typeof(AlertTestResult)] = "alerts.test-result:1",
        [typeof(OfferGeneration)] = "vault.offer:1",
        [typeof(GenerationOffered)] = "vault.offered:1",
        [typeof(RequestTicket)] = "vault.request-ticket:1",
        [typeof(TicketIssued)] = "vault.ticket-issued:1",
        [typeof(VaultRefused)] = "vault.refused:1",
        [typeof(GetRemote)] = "get.remote:1",
        [typeof(RemoteView)] = "view.remote:1",
        [typeof(GetGenerations)] = "get.generations:1",
        [typeof(GenerationList)] = "view.generations:1",
        [typeof(HandOver)] = "alerts.hand-over:1",
        [typeof(HandedOver)] = "alerts.handed-over:1",
    }.ToFrozenDictionary();

    /// <summary>Manifest to type.</summary>
    public static FrozenDictionary<string, Type> ByName { get; } = ByType.ToFrozenDictionary(e => e.Value, e => e.Key, StringComparer.Ordinal);
}
