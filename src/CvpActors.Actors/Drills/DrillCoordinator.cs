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
public sealed class DrillCoordinator : PursuingActor
{
    private const int EventsPerSnapshot = 100;

    private readonly DrillPeers _peers;
    private readonly TimeProvider _time;
    private readonly DrillNarrator _narrator;
    private readonly OrderWatch<string> _order;

    private DrillSituation _situation;
    private DrillState _state = DrillState.Initial;

    /// <summary>Creates the coordinator; <see cref="SupervisedProps"/> is the way in.</summary>
    public DrillCoordinator(string database, Func<DrillSituation> situation, DrillPeers peers, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _peers = peers;
        _time = time;
        _situation = situation();
        _narrator = new DrillNarrator(Context.GetLogger(), database, time.LocalTimeZone);
        _order = new OrderWatch<string>(time);
        PersistenceId = $"drill-{database}";

        Recover<SnapshotOffer>(offer => _state = (DrillState)offer.Snapshot);
        Recover<IDrillEvent>(happened => _state = DrillFold.Apply(_state, happened));
        Recover<RecoveryCompleted>(_ => Integrate(new DrillTimePassed()));

        Command<DrillSituation>(Follow);
        Command<DrillWanted>(Decide);
        Command<DrillReported>(Take);
        Command<HandedOver>(over => Integrate(new DrillNotificationTakenOver(over.AlertId, over.Phase)));
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <summary>
    /// The coordinator with the supervisor that brings it back. <paramref name="situation"/> is asked at each start, from any thread; what
    /// changes later is told.
    /// </summary>
    public static Props SupervisedProps(string database, Func<DrillSituation> situation, DrillPeers peers, TimeProvider time) =>
        Supervision.Restarted(Props.Create(() => new DrillCoordinator(database, situation, peers, time)), "coordinator");

    /// <inheritdoc/>
    protected override void OnJournalFailure(Exception cause) => _peers.Coordinator.Tell(new JournalFault(PersistenceId, cause));

    /// <inheritdoc/>
    protected override void TimeHasPassed() => Integrate(new DrillTimePassed());

    /// <inheritdoc/>
    protected override void PursueState() => PursueAgain(HandOverAlerts(DrillDecider.NotificationsToHandOver(_state, _situation.Policy.Database), _peers.Alerts));

    private DrillContext Circumstances => new(_time.GetUtcNow(), _situation.Presence, _situation.IsPaused);

    private void Follow(DrillSituation situation)
    {
        if (situation.Agent is { } agent && !agent.Equals(_situation.Agent))
        {
            // Another agent, or the same after it was away: it may know nothing of what was ordered.
            _order.Forget();
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
            _order.Note(report.AttemptId);
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
            PursueState();
            _peers.Database.Tell(DrillProjection.Of(_state, _situation.Policy));
            Sleep(DrillDecider.NextWakeAt(_state, _situation.Policy) - _time.GetUtcNow(), _order.Patience);
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
            _order.Forget();
        }
        else if (_situation.Agent is { } agent && _order.IsToBeOrdered(underWay.AttemptId))
        {
            _order.Note(underWay.AttemptId);
            agent.Tell(new StartDrill(_peers.Epoch, underWay.AttemptId, underWay.Source));
        }
    }
}
