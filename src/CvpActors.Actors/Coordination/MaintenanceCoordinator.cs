using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CvpActors.Actors.Alerts;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// The cluster's one coordinator: begins an epoch at each start, knows the databases, and passes messages to the
/// coordinator of each. Runs as a cluster singleton under a backoff supervisor.
/// </summary>
public sealed class MaintenanceCoordinator : ReceivePersistentActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _coordinators = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<IAlertChannel> _channels;
    private readonly TimeProvider _time;
    private readonly string _node;
    private readonly JournalWatch _journal;

    private CoordinatorState _state = CoordinatorState.Initial;
    private IActorRef _alerts = ActorRefs.Nobody;

    /// <summary>Creates the coordinator; <see cref="SupervisedProps"/> is the way in.</summary>
    public MaintenanceCoordinator(IReadOnlyList<IAlertChannel> channels, string node, JournalWatch journal, TimeProvider time)
    {
        _journal = journal;
        _channels = channels;
        _node = node;
        _time = time;

        Recover<ICoordinatorEvent>(happened => _state = _state.Apply(happened));
        Recover<RecoveryCompleted>(_ => Persist(new EpochBegun(_time.GetUtcNow(), _node), Begin));

        Command<AgentHello>(Welcome);
        Command<IForDatabase>(PassOn);
        Command<GetCoordinator>(_ => Sender.Tell(new CoordinatorView(_node, _state.Epoch, [.. _state.Databases.Keys])));
        Command<GetEpoch>(_ => Sender.Tell(new EpochView(_node, _state.Epoch)));
        Command<GetAlerts>(get => _alerts.Forward(get));
        Command<TestAlerts>(test => _alerts.Forward(test));
        Command<JournalFault>(EndIncarnation);
        Command<StopForGood>(_ => Context.Stop(Self));
    }

    /// <inheritdoc/>
    public override string PersistenceId => "maintenance-coordinator";

    /// <summary>
    /// The coordinator with the supervisor that brings it back: a failed persist always stops a persistent actor, and a
    /// cluster singleton that stopped is not started again by Akka. Stop it with <see cref="StopForGood"/>.
    /// </summary>
    public static Props SupervisedProps(IReadOnlyList<IAlertChannel> channels, string node, TimeProvider time)
    {
        var journal = new JournalWatch(channels, node, time);
        return Supervision.Restarted(Props.Create(() => new MaintenanceCoordinator(channels, node, journal, time)), "coordinator");
    }

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        Note(new JournalFault(PersistenceId, cause));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        Note(new JournalFault(PersistenceId, reason));
        base.OnRecoveryFailure(reason, message);
    }

    private void Begin(EpochBegun begun)
    {
        _state = _state.Apply(begun);
        _journal.Worked();
        _log.Info("epoch {Epoch} begins on {Node} with {Databases} databases", _state.Epoch, _node, _state.Databases.Count);
        _alerts = Context.ActorOf(Supervision.Restarted(AlertDispatcher.Props(_channels, Self, _time), "dispatcher"), "alerts");
        foreach (var definition in _state.Databases.Values)
        {
            Start(definition);
        }
    }

    private void Welcome(AgentHello hello)
    {
        if (_state.Databases.TryGetValue(hello.Database, out var known) && known == hello.Definition)
        {
            PassOn(hello);
            return;
        }

        Persist(new DatabaseRegistered(_time.GetUtcNow(), hello.Definition), registered =>
        {
            _state = _state.Apply(registered);
            if (_coordinators.TryGetValue(hello.Database, out var coordinator))
            {
                _log.Info("{Database}: its configuration changed", hello.Database);
                coordinator.Tell(registered.Definition);
            }
            else
            {
                Start(registered.Definition);
            }

            PassOn(hello);
        });
    }

    /// <summary>
    /// What could not be persisted ends the whole incarnation: whoever wrote in its place has begun a later epoch, and no part of this one
    /// may go on granting. Its supervisor begins a new one, which recovers what was really written.
    /// </summary>
    private void EndIncarnation(JournalFault fault)
    {
        Note(fault);
        Context.Stop(Self);
    }

    private void Note(JournalFault fault)
    {
        if (fault.IsConflict)
        {
            _log.Warning("epoch {Epoch} on {Node} ends: another coordinator has written to {PersistenceId} in its place", _state.Epoch, _node, fault.PersistenceId);
        }
        else if (_journal.Failed(fault.Cause))
        {
            _log.Warning("epoch {Epoch} on {Node} ends: the journal could not be used for {PersistenceId} ({Cause}); tried again until it can",
                _state.Epoch, _node, fault.PersistenceId, fault.Cause.GetBaseException().Message);
        }
    }

    private void PassOn(IForDatabase message)
    {
        if (message is DatabaseRequest { Epoch: { } epoch } && epoch != _state.Epoch)
        {
            Sender.Tell(new EpochPassed(_state.Epoch));
            return;
        }

        if (_coordinators.TryGetValue(message.Database, out var coordinator))
        {
            coordinator.Forward(message);
        }
        else
        {
            Sender.Tell(new UnknownDatabase(message.Database, [.. _state.Databases.Keys]));
        }
    }

    private void Start(DatabaseDefinition definition) =>
        _coordinators[definition.Id] = Context.ActorOf(
            Supervision.Restarted(DatabaseCoordinator.Props(() => _state.Databases[definition.Id], _state.Epoch, _alerts, Self, _time), "coordinator"),
            $"database-{definition.Id}");
}
