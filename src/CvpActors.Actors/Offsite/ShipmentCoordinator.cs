using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain.Shipments;

namespace CvpActors.Actors.Offsite;

/// <summary>
/// The source of truth on what should be at one remote of one database. What is to be ordered is derived from the state and ordered again
/// until the state says that it is there, so a lost message or a restart loses nothing. It knows of the agent and of the old file what the
/// database's coordinator tells.
/// </summary>
public sealed class ShipmentCoordinator : PursuingActor
{
    private const int EventsPerSnapshot = 100;

    private readonly string _database;
    private readonly string _remote;
    private readonly ShipmentPeers _peers;
    private readonly TimeProvider _time;
    private readonly ShipmentNarrator _narrator;
    private readonly OrderWatch<ShipmentUnderWay> _order;

    private ShipmentSituation _situation;
    private ShipmentPolicy _policy;
    private ShipmentState _state = ShipmentState.Initial;

    /// <summary>What was last heard of what is ordered; of no value after a restart, so not persisted.</summary>
    private ShipmentReported? _progress;

    /// <summary>Creates the coordinator; <see cref="SupervisedProps"/> is the way in.</summary>
    public ShipmentCoordinator(string database, string remote, Func<ShipmentSituation> situation, ShipmentPeers peers, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _database = database;
        _remote = remote;
        _peers = peers;
        _time = time;
        _situation = situation();
        _policy = ShipmentPolicy.Of(database, remote, _situation.Offsite);
        _narrator = new ShipmentNarrator(Context.GetLogger(), database, remote, time.LocalTimeZone);
        _order = new OrderWatch<ShipmentUnderWay>(time);

        // Not with a dash between them, which both may contain: two remotes of two databases would be one.
        PersistenceId = $"shipment-{database}@{remote}";

        Recover<SnapshotOffer>(offer => _state = (ShipmentState)offer.Snapshot);
        Recover<IShipmentEvent>(happened => _state = ShipmentFold.Apply(_state, happened));
        Recover<RecoveryCompleted>(_ => Follow(_situation));

        Command<ShipmentSituation>(Follow);
        Command<ShipmentWanted>(Decide);
        Command<ShipmentReported>(Take);
        Command<HandedOver>(over => Integrate(new ShipmentNotificationTakenOver(over.AlertId, over.Phase)));
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <summary>
    /// The coordinator with the supervisor that brings it back. <paramref name="situation"/> is asked at each start, from any thread; what
    /// changes later is told.
    /// </summary>
    public static Props SupervisedProps(string database, string remote, Func<ShipmentSituation> situation, ShipmentPeers peers, TimeProvider time) =>
        Supervision.Restarted(Props.Create(() => new ShipmentCoordinator(database, remote, situation, peers, time)), "coordinator");

    /// <inheritdoc/>
    protected override void OnJournalFailure(Exception cause) => _peers.Coordinator.Tell(new JournalFault(PersistenceId, cause));

    /// <inheritdoc/>
    protected override void TimeHasPassed() => Integrate(new ShipmentTimePassed());

    /// <inheritdoc/>
    protected override void PursueState() => PursueAgain(HandOverAlerts(ShipmentDecider.NotificationsToHandOver(_state, _database), _peers.Alerts));

    private bool AgentIsPresent => _situation.Agent is not null;

    private ShipmentContext Circumstances => new(_time.GetUtcNow(), AgentIsPresent);

    private void Follow(ShipmentSituation situation)
    {
        if (situation.Agent is { } agent && !agent.Equals(_situation.Agent))
        {
            // Another agent, or the same after it was away: it may know nothing of what was ordered.
            _order.Forget();
        }

        _situation = situation;
        _policy = ShipmentPolicy.Of(_database, _remote, situation.Offsite);
        Integrate(situation.FilesAreKnown ? new OldFileTold(situation.Old) : new ShipmentTimePassed());
    }

    private void Decide(ShipmentWanted wish)
    {
        var from = Sender;
        var decision = ShipmentDecider.Request(_state, _policy, wish.RequestKey, Circumstances);
        PersistThenAct(decision.Events, () => from.Tell(new ShipmentAnswered(decision.Answer)));
    }

    private void Take(ShipmentReported report)
    {
        if (_state.UnderWay is { } underWay && underWay.Generation == report.Generation && underWay.Sha256 == report.Sha256)
        {
            _order.Note(underWay);
            _progress = report;
        }

        switch (report.Phase)
        {
            case ShipmentPhase.Verified:
                Integrate(new VerificationTold(report.Generation, report.Sha256, report.BytesSent, report.BytesSaved, report.VerifiedAt));
                break;
            case ShipmentPhase.Failed:
                Integrate(new FailureTold(report.Generation, report.Sha256, report.Error ?? "the agent did not say why"));
                break;
            default:
                Show();
                break;
        }
    }

    private void Integrate(ShipmentFact fact) => PersistThenAct(ShipmentDecider.Integrate(_state, _policy, fact, Circumstances));

    private void PersistThenAct(ImmutableArray<IShipmentEvent> events, Action? afterwards = null) =>
        PersistAllThen(events, Apply, then: () =>
        {
            afterwards?.Invoke();
            SnapshotWhenDue(_state, events.Length);
            OrderWhatIsUnderWay();
            PursueState();
            Show();
            Sleep(ShipmentDecider.NextWakeAt(_state, _policy, AgentIsPresent) - _time.GetUtcNow(), _order.Patience);
        });

    private void Apply(IShipmentEvent happened)
    {
        _state = ShipmentFold.Apply(_state, happened);
        _narrator.Tell(_state, happened);
    }

    private void OrderWhatIsUnderWay()
    {
        if (_state.UnderWay is not { } underWay)
        {
            _order.Forget();
            _progress = null;
        }
        else if (_situation.Agent is { } agent && _order.IsToBeOrdered(underWay))
        {
            _progress = _order.Has(underWay) ? _progress : null;
            _order.Note(underWay);
            agent.Tell(new StartShipment(_peers.Epoch, _remote, underWay.Generation, underWay.Sha256));
        }
    }

    private void Show() => _peers.Database.Tell(ShipmentProjection.Of(_state, _remote, AgentIsPresent, _progress));
}
