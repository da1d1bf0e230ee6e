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
public sealed class ShipmentCoordinator : JournaledActor, IWithTimers
{
    private const int EventsPerSnapshot = 100;

    /// <summary>Timers of the scheduler do not follow a wall clock that is set: look at the clock at least this often.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(60);

    /// <summary>What is overdue and cannot be done yet is looked at again after this.</summary>
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromSeconds(1);

    /// <summary>An alert that delivery has not taken over is handed over again after this.</summary>
    private static readonly TimeSpan PursueInterval = TimeSpan.FromSeconds(2);

    /// <summary>What was ordered and not reported on for so long is ordered again: the order, or what it began, was lost.</summary>
    private static readonly TimeSpan SilenceMeansLost = TimeSpan.FromSeconds(60);

    private readonly string _database;
    private readonly string _remote;
    private readonly ShipmentPeers _peers;
    private readonly TimeProvider _time;
    private readonly ShipmentNarrator _narrator;

    private ShipmentSituation _situation;
    private ShipmentPolicy _policy;
    private ShipmentState _state = ShipmentState.Initial;

    /// <summary>What was ordered and when it was last heard of; of no value after a restart, so not persisted.</summary>
    private ShipmentUnderWay? _ordered;
    private long _heardAt;
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

        // Not with a dash between them, which both may contain: two remotes of two databases would be one.
        PersistenceId = $"shipment-{database}@{remote}";

        Recover<SnapshotOffer>(offer => _state = (ShipmentState)offer.Snapshot);
        Recover<IShipmentEvent>(happened => _state = ShipmentFold.Apply(_state, happened));
        Recover<RecoveryCompleted>(_ => Follow(_situation));

        Command<ShipmentSituation>(Follow);
        Command<ShipmentWanted>(Decide);
        Command<ShipmentReported>(Take);
        Command<HandedOver>(over => Integrate(new ShipmentNotificationTakenOver(over.AlertId, over.Phase)));
        Command<WakeUp>(_ => Integrate(new ShipmentTimePassed()));
        Command<Pursue>(_ => HandOverAlerts());
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>
    /// The coordinator with the supervisor that brings it back. <paramref name="situation"/> is asked at each start, from any thread; what
    /// changes later is told.
    /// </summary>
    public static Props SupervisedProps(string database, string remote, Func<ShipmentSituation> situation, ShipmentPeers peers, TimeProvider time) =>
        Supervision.Restarted(Props.Create(() => new ShipmentCoordinator(database, remote, situation, peers, time)), "coordinator");

    /// <inheritdoc/>
    protected override void OnJournalFailure(Exception cause) => _peers.Coordinator.Tell(new JournalFault(PersistenceId, cause));

    private bool AgentIsPresent => _situation.Agent is not null;

    private ShipmentContext Circumstances => new(_time.GetUtcNow(), AgentIsPresent);

    private void Follow(ShipmentSituation situation)
    {
        if (situation.Agent is { } agent && !agent.Equals(_situation.Agent))
        {
            // Another agent, or the same after it was away: it may know nothing of what was ordered.
            _ordered = null;
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
            (_ordered, _heardAt, _progress) = (underWay, _time.GetTimestamp(), report);
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
            HandOverAlerts();
            Show();
            Sleep();
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
            (_ordered, _progress) = (null, null);
        }
        else if (_situation.Agent is { } agent && (_ordered != underWay || _time.GetElapsedTime(_heardAt) >= SilenceMeansLost))
        {
            (_progress, _ordered, _heardAt) = (_ordered == underWay ? _progress : null, underWay, _time.GetTimestamp());
            agent.Tell(new StartShipment(_peers.Epoch, _remote, underWay.Generation, underWay.Sha256));
        }
    }

    private void HandOverAlerts()
    {
        var open = false;
        foreach (var notification in ShipmentDecider.NotificationsToHandOver(_state, _database))
        {
            _peers.Alerts.Tell(new HandOver(notification));
            open = true;
        }

        if (open)
        {
            Timers.StartSingleTimer(nameof(Pursue), new Pursue(), PursueInterval);
        }
    }

    private void Show() => _peers.Database.Tell(ShipmentProjection.Of(_state, _remote, AgentIsPresent, _progress));

    private void Sleep()
    {
        var sleep = ShipmentDecider.NextWakeAt(_state, _policy, AgentIsPresent) - _time.GetUtcNow() ?? LongestSleep;
        sleep = sleep > LongestSleep ? LongestSleep : sleep;
        if (_ordered is not null && SilenceMeansLost - _time.GetElapsedTime(_heardAt) is var patience && patience < sleep)
        {
            sleep = patience;
        }

        Timers.StartSingleTimer(nameof(WakeUp), new WakeUp(), sleep > TimeSpan.Zero ? sleep : ShortestSleep);
    }

    private sealed record WakeUp : INoSerializationVerificationNeeded;

    private sealed record Pursue : INoSerializationVerificationNeeded;
}
