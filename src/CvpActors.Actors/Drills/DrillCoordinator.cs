using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain.Drills.Deciding;

namespace CvpActors.Actors.Drills;

/// <summary>
/// The source of truth on which drills of one database should be made, and what they have proven. What is under way is derived from the state and ordered again
/// until the agent says how it ended, so a lost message or a restart loses nothing. It takes no lock, and knows of the agent what the database's coordinator tells.
/// </summary>
public sealed class DrillCoordinator : JournaledActor, IWithTimers
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

    private readonly DrillPeers _peers;
    private readonly TimeProvider _time;
    private readonly DrillNarrator _narrator;

    private DrillSituation _situation;
    private DrillState _state = DrillState.Initial;

    /// <summary>What was ordered and when it was last heard of; of no value after a restart, so not persisted.</summary>
    private string? _ordered;
    private long _heardAt;

    /// <summary>Creates the coordinator; <see cref="SupervisedProps"/> is the way in.</summary>
    public DrillCoordinator(string database, Func<DrillSituation> situation, DrillPeers peers, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _peers = peers;
        _time = time;
        _situation = situation();
        _narrator = new DrillNarrator(Context.GetLogger(), database, time.LocalTimeZone);
        PersistenceId = $"drill-{database}";

        Recover<SnapshotOffer>(offer => _state = (DrillState)offer.Snapshot);
        Recover<IDrillEvent>(happened => _state = DrillFold.Apply(_state, happened));
        Recover<RecoveryCompleted>(_ => Integrate(new DrillTimePassed()));

        Command<DrillSituation>(Follow);
        Command<DrillWanted>(Decide);
        Command<DrillReported>(Take);
        Command<HandedOver>(over => Integrate(new DrillNotificationTakenOver(over.AlertId, over.Phase)));
        Command<WakeUp>(_ => Integrate(new DrillTimePassed()));
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
    public static Props SupervisedProps(string database, Func<DrillSituation> situation, DrillPeers peers, TimeProvider time) =>
        Supervision.Restarted(Props.Create(() => new DrillCoordinator(database, situation, peers, time)), "coordinator");

    /// <inheritdoc/>
    protected override void OnJournalFailure(Exception cause) => _peers.Coordinator.Tell(new JournalFault(PersistenceId, cause));

    private DrillContext Circumstances => new(_time.GetUtcNow(), _situation.Presence, _situation.IsPaused);

    private void Follow(DrillSituation situation)
    {
        if (situation.Agent is { } agent && !agent.Equals(_situation.Agent))
        {
            // Another agent, or the same after it was away: it may know nothing of what was ordered.
            _ordered = null;
        }

        _situation = situation;
        Integrate(new DrillTimePassed());
    }

    private void Decide(DrillWanted wish)
    {
        var (events, reply) = DrillDecider.Request(_state, _situation.Policy, wish.RequestKey, Circumstances);
        PersistThenAct(events, () => wish.From.Tell(new DatabaseAnswer(reply)));
    }

    private void Take(DrillReported report)
    {
        if (_state.UnderWay?.AttemptId == report.AttemptId)
        {
            (_ordered, _heardAt) = (report.AttemptId, _time.GetTimestamp());
        }

        if (report.Outcome is { } outcome)
        {
            Integrate(new DrillEndTold(report.AttemptId, outcome));
        }
    }

    private void Integrate(DrillFact fact) => PersistThenAct(DrillDecider.Integrate(_state, _situation.Policy, fact, Circumstances));

    private void PersistThenAct(ImmutableArray<IDrillEvent> events, Action? afterwards = null) =>
        PersistAllThen(events, Apply, then: () =>
        {
            afterwards?.Invoke();
            SnapshotWhenDue(_state, events.Length);
            OrderWhatIsUnderWay();
            HandOverAlerts();
            _peers.Database.Tell(DrillProjection.Of(_state, _situation.Policy));
            Sleep();
        });

    private void Apply(IDrillEvent happened)
    {
        _state = DrillFold.Apply(_state, happened);
        _narrator.Tell(_state, happened);
    }

    private void OrderWhatIsUnderWay()
    {
        if (_state.UnderWay is not { } underWay)
        {
            _ordered = null;
        }
        else if (_situation.Agent is { } agent && (_ordered != underWay.AttemptId || _time.GetElapsedTime(_heardAt) >= SilenceMeansLost))
        {
            (_ordered, _heardAt) = (underWay.AttemptId, _time.GetTimestamp());
            agent.Tell(new StartDrill(_peers.Epoch, underWay.AttemptId, underWay.Source));
        }
    }

    private void HandOverAlerts()
    {
        var open = false;
        foreach (var notification in DrillDecider.NotificationsToHandOver(_state, _situation.Policy.Database))
        {
            _peers.Alerts.Tell(new HandOver(notification));
            open = true;
        }

        if (open)
        {
            Timers.StartSingleTimer(nameof(Pursue), new Pursue(), PursueInterval);
        }
    }

    private void Sleep()
    {
        var sleep = DrillDecider.NextWakeAt(_state, _situation.Policy) - _time.GetUtcNow() ?? LongestSleep;
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
