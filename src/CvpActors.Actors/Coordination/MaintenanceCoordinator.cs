using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CvpActors.Actors.Alerts;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// The cluster's one coordinator: begins an epoch at each start, knows the databases, and passes messages to the
/// coordinator of each. Runs as a cluster singleton under a backoff supervisor.
/// </summary>
public sealed class MaintenanceCoordinator : JournaledActor
{
    private const int EventsPerSnapshot = 1000;

    /// <summary>So many ids are named to somebody who asked for one that does not exist.</summary>
    private const int NamedDatabases = 20;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _coordinators = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Registration> _unregistered = new(StringComparer.Ordinal);
    private readonly List<(AgentHello Hello, IActorRef Agent)> _newcomers = [];
    private readonly IReadOnlyList<IAlertChannel> _channels;
    private readonly CoordinatorSettings _settings;
    private readonly TimeProvider _time;
    private readonly JournalWatch _journal;
    private readonly Succession _succession;
    private readonly Claims _claims;
    private readonly EpochDoubt _doubt;

    private CoordinatorState _state = CoordinatorState.Initial;
    private Incarnation? _incarnation;
    private IActorRef _nodes = ActorRefs.Nobody;
    private string? _journalProblem;

    /// <summary>Creates the coordinator; <see cref="SupervisedProps"/> is the way in.</summary>
    public MaintenanceCoordinator(
        IReadOnlyList<IAlertChannel> channels, CoordinatorSettings settings, JournalWatch journal, Succession succession, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _journal = journal;
        _succession = succession;
        _channels = channels;
        _settings = settings;
        _time = time;
        _claims = new Claims(_log, time);
        _doubt = new EpochDoubt(time);

        Recover<SnapshotOffer>(offer => _state = (CoordinatorState)offer.Snapshot);
        Recover<ICoordinatorEvent>(happened => _state = _state.Apply(happened));
        Recover<RecoveryCompleted>(_ => BeginUnlessSuperseded());

        Command<AgentHello>(Welcome);
        Command<NodeReport>(report => _nodes.Forward(report));
        Command<IForDatabase>(PassOn);
        Command<RegistrationChanged>(changed => Register(changed.Registration));
        Command<RegisterNow>(_ => RegisterAll());
        Command<ClaimDenied>(_claims.Deny);
        Command<GetEpoch>(_ => Sender.Tell(new EpochView(_settings.Node, _state.Epoch) { Conflicts = _claims.Present, JournalProblem = _journalProblem, Clock = MonotonicClock.Read(_time) }));
        Command<JournalProbed>(probed => _journalProblem = probed.Problem);
        Command<GetCoordinator>(_ => Sender.Tell(new CoordinatorView(_settings.Node, _state.Epoch, [.. _state.Databases.Keys])));
        Command<GetDatabases>(get => _incarnation!.Directory.Forward(get));
        Command<GetAlerts>(get => _incarnation!.Alerts.Forward(get));
        Command<TestAlerts>(test => _incarnation!.Alerts.Forward(test));
        Command<JournalFault>(EndIncarnation);
        Command<SupersededByLater>(_ => StandDown());
        Command<StopForGood>(_ => Context.Stop(Self));
    }

    /// <inheritdoc/>
    public override string PersistenceId => "maintenance-coordinator";

    /// <summary>
    /// The coordinator with the supervisor that brings it back: a failed persist always stops a persistent actor, and a
    /// cluster singleton that stopped is not started again by Akka. Stop it with <see cref="StopForGood"/>.
    /// </summary>
    public static Props SupervisedProps(IReadOnlyList<IAlertChannel> channels, CoordinatorSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var journal = new JournalWatch(channels, settings.Node, time);
        var succession = new Succession(settings.Node);
        return Supervision.Restarted(Props.Create(() => new MaintenanceCoordinator(channels, settings, journal, succession, time)), "coordinator");
    }

    /// <inheritdoc/>
    protected override void OnJournalFailure(Exception cause) => Note(new JournalFault(PersistenceId, cause));

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        Note(new JournalFault(PersistenceId, reason));
        base.OnRecoveryFailure(reason, message);
    }

    private void BeginUnlessSuperseded()
    {
        if (_succession.HasPassedOn(_state))
        {
            StandDown();
        }
        else
        {
            Persist(new EpochBegun(_time.GetUtcNow(), _settings.Node), Begin);
        }
    }

    /// <summary>Another node coordinates in a later epoch: none begins here again, and the node finds its way to the other.</summary>
    private void StandDown()
    {
        _log.Warning("{Node} coordinates no longer: the journal has a later epoch, of another node, which cannot be heard here", _settings.Node);
        _settings.Superseded();

        // Without a sender: what its child sends, the supervisor passes on instead of obeying.
        Context.Parent.Tell(StopForGood.Instance, ActorRefs.NoSender);
    }

    private void Begin(EpochBegun begun)
    {
        _state = _state.Apply(begun);
        var isFirst = _succession.Began(_state.Epoch);
        _journal.Worked();
        NameSender();
        _log.Info("epoch {Epoch} begins on {Node} with {Databases} databases", _state.Epoch, _settings.Node, _state.Databases.Count);
        _incarnation = new Incarnation(
            _state.Epoch,
            Self,
            Context.ActorOf(Supervision.Restarted(AlertDispatcher.Props(_channels, Self, _time), "dispatcher"), "alerts"),
            Context.ActorOf(SlotKeeper.Props(_settings.MaxConcurrent, [.. _state.Databases.Keys]), "slots"),
            Context.ActorOf(DatabaseDirectory.Props(_time), "directory"),
            _settings.AddressOf)
        {
            Clock = _settings.Clock,
            Node = _settings.Node,
            ClockAtLeast = isFirst ? _settings.Clock?.HadToShowAtStart : null,
            OnlyDatabases = _settings.OnlyDatabases,
        };
        _nodes = Context.ActorOf(
            Supervision.Restarted(NodesCoordinator.Props(_incarnation, [.. _channels.Select(c => c.Receiver)], _time), "coordinator"), "nodes");
        if (_settings.Pulse is { } pulse)
        {
            Context.ActorOf(PulseKeeper.Props(pulse, _state.Epoch, _settings, _time), "pulse");
        }

        foreach (var id in _state.Databases.Keys)
        {
            Start(id);
        }
    }

    /// <summary>Before the first alert of this epoch goes out: everybody speaks as the first coordinator did.</summary>
    private void NameSender()
    {
        if (_state.Sender is null && _settings.Sender is { } mine)
        {
            Persist(new SenderNamed(_time.GetUtcNow(), mine), named =>
            {
                _state = _state.Apply(named);
                SpeakAsSender();
            });
        }
        else
        {
            SpeakAsSender();
        }
    }

    private void SpeakAsSender()
    {
        if (_state.PresentSender is { } sender)
        {
            foreach (var channel in _channels.OfType<ISpeaksForCluster>())
            {
                channel.SpeakAs(sender);
            }
        }
    }

    private void Welcome(AgentHello hello)
    {
        if (hello.HighestEpoch > _state.Epoch)
        {
            Doubt(hello);
        }
        else if (_coordinators.ContainsKey(hello.Database))
        {
            PassOn(hello);
        }
        else
        {
            // Of two nodes that come with the same new id the first is registered; its coordinator then judges both.
            _newcomers.Add((hello, Sender));
            if (!_unregistered.ContainsKey(hello.Database))
            {
                Register(new Registration(hello.Definition, hello.Node));
            }
        }
    }

    /// <summary>Registrations that are at the door together are persisted together: a node may come with a thousand.</summary>
    private void Register(Registration registration)
    {
        _unregistered[registration.Definition.Id] = registration;
        if (_unregistered.Count == 1)
        {
            Self.Tell(new RegisterNow());
        }
    }

    private void RegisterAll()
    {
        var now = _time.GetUtcNow();
        var events = _unregistered.Values.Select(r => new DatabaseRegistered(now, r.Definition) { Node = r.Node }).ToList();
        _unregistered.Clear();
        PersistAllThen(
            events,
            registered =>
            {
                _state = _state.Apply(registered);
                TellOrStart(registered.Definition.Id);
            },
            then: () =>
            {
                AdmitNewcomers();
                SnapshotWhenDue(_state, events.Count);
            });
    }

    private void TellOrStart(string id)
    {
        if (_coordinators.TryGetValue(id, out var coordinator))
        {
            coordinator.Tell(_state.Databases[id]);
        }
        else
        {
            Start(id);
        }
    }

    private void AdmitNewcomers()
    {
        foreach (var (hello, agent) in _newcomers)
        {
            if (_coordinators.TryGetValue(hello.Database, out var coordinator))
            {
                coordinator.Tell(hello, agent);
            }
        }

        _newcomers.Clear();
    }

    /// <summary>
    /// An agent has heard of a later epoch than this one. Either that coordinator lives, and this one is on its way out, or the journal was
    /// restored from an older backup: then no order of ours would ever be followed again, and a later epoch has to begin.
    /// </summary>
    private void Doubt(AgentHello hello)
    {
        if (!_doubt.IsCertain(hello.HighestEpoch))
        {
            return;
        }

        _log.Warning("epoch {Epoch} on {Node} ends: agents have seen epoch {HighestEpoch}, of which the journal knows nothing; it was restored from an older backup, it seems",
            _state.Epoch, _settings.Node, hello.HighestEpoch);
        Persist(new EpochOutrun(_time.GetUtcNow(), hello.HighestEpoch), outrun =>
        {
            _state = _state.Apply(outrun);
            _succession.Began(_state.Epoch);
            Context.Stop(Self);
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
            _log.Warning("epoch {Epoch} on {Node} ends: another coordinator has written to {PersistenceId} in its place", _state.Epoch, _settings.Node, fault.PersistenceId);
        }
        else if (_journal.Failed(fault.Cause))
        {
            _log.Warning("epoch {Epoch} on {Node} ends: the journal could not be used for {PersistenceId} ({Cause}); tried again until it can",
                _state.Epoch, _settings.Node, fault.PersistenceId, fault.Cause.GetBaseException().Message);
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
            Sender.Tell(new UnknownDatabase(message.Database, [.. _state.Databases.Keys.Take(NamedDatabases)]));
        }
    }

    private void Start(string id) =>
        _coordinators[id] = Context.ActorOf(
            Supervision.Restarted(DatabaseCoordinator.Props(() => _state.Databases[id], _incarnation!, _time), "coordinator"),
            $"database-{id}");

    private sealed record RegisterNow : INoSerializationVerificationNeeded;
}
