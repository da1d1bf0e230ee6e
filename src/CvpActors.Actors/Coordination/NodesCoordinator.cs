using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain.Nodes;

namespace CvpActors.Actors.Coordination;

/// <summary>Hears what nodes say of themselves, and alerts what <see cref="NodeRules"/> finds wrong with it.</summary>
internal sealed class NodesCoordinator : PursuingActor
{
    private const int EventsPerSnapshot = 200;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Incarnation _incarnation;
    private readonly ImmutableArray<string> _receivers;
    private readonly TimeProvider _time;
    private NodesState _state = NodesState.Initial;

    public NodesCoordinator(Incarnation incarnation, ImmutableArray<string> receivers, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _incarnation = incarnation;
        _receivers = receivers;
        _time = time;
        Recover<SnapshotOffer>(offer => _state = (NodesState)offer.Snapshot);
        Recover<INodesEvent>(happened => _state = _state.Apply(happened));
        Recover<RecoveryCompleted>(_ => PursueState());
        Command<NodeReport>(report => PersistThenHandOver(NodeRules.Integrate(_state, report.Condition, _receivers, _time.GetUtcNow())));
        Command<HandedOver>(over => PersistThenHandOver(NodeRules.TakenOver(_state, over.AlertId, over.Phase, _time.GetUtcNow())));
    }

    public override string PersistenceId => "nodes";

    public static Props Props(Incarnation incarnation, ImmutableArray<string> receivers, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new NodesCoordinator(incarnation, receivers, time));

    protected override void OnJournalFailure(Exception cause) => _incarnation.Coordinator.Tell(new JournalFault(PersistenceId, cause));

    private void PersistThenHandOver(ImmutableArray<INodesEvent> events)
    {
        if (!events.IsEmpty)
        {
            PersistAllThen(events, Apply, then: () =>
            {
                PursueState();
                SnapshotWhenDue(_state, events.Length);
            });
        }
    }

    private void Apply(INodesEvent happened)
    {
        _state = _state.Apply(happened);
        Tell(happened);
    }

    private void Tell(INodesEvent happened)
    {
        switch (happened)
        {
            case NodeAlertRaised raised:
                _log.Warning("alert {Code} raised: {Text}", raised.Code, raised.Text);
                break;
            case NodeAlertCleared cleared:
                var alert = _state.Alerts.Find(a => a.Alert.Id == cleared.AlertId)!;
                _log.Info("alert {Code} of node {Node} cleared", alert.Alert.Code, alert.Node);
                break;
        }
    }

    protected override void PursueState() => PursueAgain(HandOverAlerts(NodeRules.NotificationsToHandOver(_state), _incarnation.Alerts));
}
