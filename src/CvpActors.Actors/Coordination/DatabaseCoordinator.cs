using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CvpActors.Actors.Alerts;
using CvpActors.Actors.Drills;
using CvpActors.Actors.Offsite;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;
using CvpActors.Domain.Maintenance.Folding;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// The source of truth on intent for one database: reads the clock, decides, persists, applies, then acts. What is to be
/// done is derived from the state and done again until the state says that it is done, so a lost message or a restart
/// between two steps loses nothing.
/// </summary>
public sealed class DatabaseCoordinator : PursuingActor
{
    private const int EventsPerSnapshot = 200;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Incarnation _incarnation;
    private readonly TimeProvider _time;
    private readonly ClockMemory _clock;
    private readonly AgentConnection _agent;
    private readonly SlotSeat _seat;
    private readonly ShipmentDesk _shipments;
    private readonly DrillDesk _drills;
    private readonly EventNarrator _narrator;

    private Registration _registration;
    private Registration? _claimed;
    private DatabasePolicy _policy;
    private DatabaseState _state = DatabaseState.Initial;

    /// <summary>The run that the agent has confirmed, and how far it is; of no value after a restart, so not persisted.</summary>
    private long _startedToken;
    private RunProgress? _progress;
    private RecentRefusals _refusals;
    private ImmutableArray<BackupFile> _files = [];
    private string? _bridgeUrl;
    private int _nodeLimit;

    /// <summary>Creates the coordinator of one database; <see cref="Props"/> is the way in.</summary>
    public DatabaseCoordinator(Func<Registration> registration, Incarnation incarnation, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _registration = registration();
        _policy = PolicyReader.Read(Definition);
        _incarnation = incarnation;
        _time = time;
        _clock = new ClockMemory(time, incarnation.ClockAtLeast);
        _agent = new AgentConnection(time);
        _refusals = new RecentRefusals(incarnation.Epoch);
        _seat = new SlotSeat(incarnation.Slots, Definition.Id);
        _shipments = new ShipmentDesk(Context, incarnation, Definition.Id, time, Show);
        _drills = new DrillDesk(Context, incarnation, Definition.Id, time, Show);
        _narrator = new EventNarrator(_log, Definition.Id, time.LocalTimeZone);
        PersistenceId = $"database-{Definition.Id}";

        Recover<SnapshotOffer>(offer => _state = (DatabaseState)offer.Snapshot);
        Recover<IDatabaseEvent>(happened => _state = DatabaseFold.Apply(_state, happened));
        Recover<RecoveryCompleted>(_ => Begin());

        Command<Registration>(ChangePolicy);
        Command<DatabaseRequest>(_ => IsGone, _ => Sender.Tell(new DatabaseAnswer(WhyGone)));
        Command<DatabaseRequest>(request => request.Command is RequestShipments, request => _shipments.Request((RequestShipments)request.Command, Sender));
        Command<DatabaseRequest>(request => request.Command is RequestDrill, request => _drills.Request((RequestDrill)request.Command, Sender));
        Command<DatabaseRequest>(request => Decide(request, Sender));
        Command<SlotAnswer>(answer => Decide(answer.Request, answer.From, answer.Slot));
        Command<SlotGranted>(_ =>
        {
            _seat.Grant();
            Integrate(new TimePassed());
        });
        Command<SlotQueued>(queued =>
        {
            _seat.Queue(queued.Reason);
            ShowAndSleep();
        });
        Command<AgentHello>(Welcome);
        Command<RunStarted>(IsFromAgent, started => _startedToken = started.Token);
        Command<RunReported>(IsFromAgent, TakeOutcome);
        Command<RunFenced>(IsFromAgent, fenced => Integrate(new HolderFenced(fenced.Token)));
        Command<ShipmentReported>(_shipments.Pass);
        Command<ShipmentShown>(_shipments.Show);
        Command<DrillReported>(_drills.Pass);
        Command<DrillShown>(_drills.Show);
        Command<IForDatabase>(message => message is RunStarted or RunReported or RunFenced, _ => { });
        Command<HandedOver>(over => Integrate(new NotificationTakenOver(over.AlertId, over.Phase)));
        Command<Terminated>(gone => LoseAgent(gone.ActorRef));
        Command<GetDatabase>(_ => Sender.Tell(IsGone ? new DatabaseAnswer(WhyGone) : View));
        Command<PlanRestore>(question => RestoreQuestions.Pass(question, IsGone ? new DatabaseAnswer(WhyGone) : null, _state, _drills.LastProven, _agent, Sender));
        Command<GetAttempts>(get => Sender.Tell(DatabaseProjection.Attempts(_state, _refusals, Definition.Id, get, _progress)));
        Command<GetAttempt>(get => Sender.Tell(DatabaseProjection.Attempt(_state, _refusals, Definition.Id, get.AttemptId, _progress)));
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <summary>
    /// How to create the coordinator of one database. <paramref name="registration"/> is asked at each start, from any thread:
    /// a coordinator that is brought back must not go by the configuration of its first life.
    /// </summary>
    public static Props Props(Func<Registration> registration, Incarnation incarnation, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new DatabaseCoordinator(registration, incarnation, time));

    /// <inheritdoc/>
    protected override string Subject => Definition.Id;

    /// <inheritdoc/>
    protected override void OnJournalFailure(Exception cause) => _incarnation.Coordinator.Tell(new JournalFault(PersistenceId, cause));

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        // A list without it would look complete.
        _incarnation.Directory.Tell(DatabaseProjection.Broken(Definition, _registration.Node,
            $"its history cannot be read from the journal ({reason.GetBaseException().Message}); nothing of it is started, and it is tried again every few seconds"));
        base.OnRecoveryFailure(reason, message);
    }

    private DatabaseDefinition Definition => _registration.Definition;

    private DecisionContext LookAround()
    {
        var (now, atLeast) = _clock.Look();
        return new DecisionContext(now, _agent.Presence, _seat.Slot) { ClockAtLeast = atLeast, Refusals = _refusals, Shipped = _shipments.Shipped };
    }

    private DatabaseView View => _drills.With(_shipments.With(
        DatabaseProjection.View(_state, _policy, Definition, _agent.Presence, _files, _progress, _seat.WaitsFor, _time.GetUtcNow()) with { BridgeUrl = _bridgeUrl, RefusedRequests = _refusals.Count }));

    /// <summary>The agent says at once what it executes, and need not find out by itself that the coordinator has moved.</summary>
    private void Begin()
    {
        if (_registration.Node is { } node && _incarnation.AddressOf(node) is { } address)
        {
            Context.ActorSelection($"{address}/user/{ActorNames.Agent(Definition.Id)}").Tell(new ReportNow(_incarnation.Epoch));
        }

        _incarnation.AcceptClocks(_state.LetGo ?? []);
        Integrate(new SchedulesConfigured(), pursue: true);
        if (IsTakenOut)
        {
            Self.Tell(new WakeUp());
        }
    }

    private bool IsTakenOut => _incarnation.OnlyDatabases?.Contains(Definition.Id) == false;

    private bool IsGone => _state.Retired is { Removed: true };

    private NotThere WhyGone => new(DatabaseDecider.WhyGone(Definition.Id, _state.Retired!));

    /// <summary>What the only node there is has no longer in its configuration ends when nothing runs any more.</summary>
    /// <inheritdoc/>
    protected override void TimeHasPassed() => Integrate(IsTakenOut ? new TakenOutOfConfiguration() : new TimePassed());

    /// <summary>Decides on a wish and replies once what was decided is persisted.</summary>
    private void Decide(DatabaseRequest request, IActorRef from, RunSlot? slot = null)
    {
        if (request.ExpiresAt < MonotonicClock.Read(_time))
        {
            _log.Warning("{Database}: a request ({Request}) came so late that whoever asked has been told that nobody answered; it is dropped",
                Definition.Id, request.Command.GetType().Name);
            return;
        }

        if (slot is null && request.Command is RequestRun && _seat.MustTry(_state, _agent.Presence))
        {
            _seat.Try(request, from, _agent.Presence.Node, _nodeLimit);
            return;
        }

        if (slot is { State: RunSlotState.Granted })
        {
            _seat.Grant();
        }

        var decision = DatabaseDecider.Decide(_state, _policy, request.Command, LookAround() with { Slot = slot ?? _seat.Slot });
        PersistThenAct(decision.Events, () =>
        {
            if (decision.Refused is { } refused)
            {
                _refusals = _refusals.With(refused);
                _narrator.TellRefusal(_refusals.Latest[^1]);
            }

            from.Tell(new DatabaseAnswer(decision.Reply));
        });
    }

    /// <summary>Takes a fact in. To pursue is to act even when nothing new was decided: whoever was told before may be gone.</summary>
    private void Integrate(DatabaseFact fact, Action? afterwards = null, bool pursue = false) =>
        PersistThenAct(DatabaseDecider.Integrate(_state, _policy, fact, LookAround()), afterwards, pursue);

    private void PersistThenAct(ImmutableArray<IDatabaseEvent> events, Action? afterwards = null, bool pursue = false) =>
        PersistAllThen(events, Apply, then: () =>
        {
            afterwards?.Invoke();
            _seat.Follow(_state, _agent.Presence, _nodeLimit, _time.GetUtcNow());
            _shipments.Follow(_state, _state.Retired is null ? Definition.Offsite : null, _agent.Presence, _agent.Ref);
            _drills.Follow(_state, Definition, _agent.Presence, _agent.Ref);
            SnapshotWhenDue(_state, events.Length);
            if (pursue || !events.IsEmpty)
            {
                PursueState();
            }

            ShowAndSleep();
        });

    private void Apply(IDatabaseEvent happened)
    {
        _state = DatabaseFold.Apply(_state, happened);
        _narrator.Tell(_state, happened);
        if (happened is HeldPurgeLetGo letGo)
        {
            _incarnation.AcceptClocks(letGo.Keys);
        }
    }

    private bool IsFromAgent(IForDatabase message) => Sender.Equals(_agent.Ref);

    private void Welcome(AgentHello hello)
    {
        if (!IsOwner(hello))
        {
            return;
        }

        var isNew = _agent.Hear(Sender, hello.Node, hello.AgainWithin);
        if (isNew)
        {
            Context.Watch(Sender);
            _log.Info("{Database}: the agent on {Node} is connected", Definition.Id, hello.Node);
        }

        _files = hello.Files;
        _shipments.Hear(hello.Files);
        _bridgeUrl = hello.BridgeUrl;
        _nodeLimit = hello.NodeLimit;
        _progress = hello.Running?.Progress;
        _startedToken = hello.Running?.Token ?? _startedToken;
        Sender.Tell(new HelloAccepted(_incarnation.Epoch));
        if (hello.Running is { } stray && stray.Token != _state.Lock?.Token)
        {
            // A run that holds no lock: its start was given up as lost, or its lock was cleared while the agent was away.
            Sender.Tell(new FenceRun(_incarnation.Epoch, stray.Token));
        }

        Integrate(
            new AgentReported(
                hello.HighestToken, hello.Running?.Token, hello.Running?.RunningFor ?? TimeSpan.Zero, hello.UnreportedTokens),
            pursue: isNew);
    }

    /// <summary>Whether the agent that speaks serves this database; if it does with another configuration or from another node, that is registered.</summary>
    private bool IsOwner(AgentHello hello)
    {
        var claim = new AgentClaim(hello.Node, [.. hello.UnreportedTokens, .. hello.Running is { } running ? [running.Token] : Array.Empty<long>()]);
        var claimed = new Registration(hello.Definition, hello.Node);
        switch (Ownership.Judge((_claimed ?? _registration).Node, _agent.Presence, _state.Lock, claim))
        {
            case Denied denied:
                _incarnation.Coordinator.Tell(new ClaimDenied(Definition.Id, denied.Owner, hello.Node));
                Sender.Tell(new HelloDenied(_incarnation.Epoch, denied.Owner, denied.Reason));
                return false;
            case TakesOver { From: { } before }:
                _log.Warning("{Database}: node {Node} serves it from now on, in place of {Before}", Definition.Id, hello.Node, before);
                break;
        }

        if (claimed != _registration && claimed != _claimed)
        {
            _claimed = claimed;
            _incarnation.Coordinator.Tell(new RegistrationChanged(claimed));
        }

        return true;
    }

    private void TakeOutcome(RunReported report)
    {
        var agent = Sender;
        Integrate(new RunEnded(report.Token, report.Outcome), afterwards: () => agent.Tell(new OutcomeAcknowledged(_incarnation.Epoch, report.Token)));
    }

    private void LoseAgent(IActorRef gone)
    {
        if (_agent.Lose(gone))
        {
            _log.Warning("{Database}: the agent on {Node} is gone; {Consequence}", Definition.Id, _agent.Presence.Node,
                _state.Lock is { } held ? $"{held.AttemptId} keeps its lock until the agent is back or the lock is too old" : "nothing was running");
            Integrate(new TimePassed());
        }
    }

    private void ChangePolicy(Registration registration)
    {
        if (registration.Definition != Definition)
        {
            _log.Info("{Database}: its configuration changed", Definition.Id);
        }

        _registration = registration;
        _claimed = _claimed == registration ? null : _claimed;
        _policy = PolicyReader.Read(Definition);
        Integrate(new SchedulesConfigured());
    }

    /// <inheritdoc/>
    protected override void PursueState()
    {
        var open = HandOverAlerts(DatabaseDecider.NotificationsToHandOver(_state, Definition.Id), _incarnation.Alerts);
        open |= _agent.Ref is { } agent && OrderWhatLockAsksFor(agent);
        PursueAgain(open);
    }

    private bool OrderWhatLockAsksFor(IActorRef agent)
    {
        var order = RunOrders.WhatLockAsksFor(_state, _policy, _startedToken, _incarnation, _time.GetUtcNow());
        if (order is not null)
        {
            agent.Tell(order);
        }

        return order is not null;
    }

    private void ShowAndSleep()
    {
        Show();
        var now = _time.GetUtcNow();
        _agent.WakeIn(Sleep(DatabaseDecider.NextWakeAt(_state, _policy, _seat.Slot) - now, _agent.UntilPresenceMayChange));
        if (DatabaseDecider.LockAgeIsDue(_state, _policy, now))
        {
            PursueState();
        }
    }

    private void Show()
    {
        _incarnation.Directory.Tell(IsGone ? new DatabaseGone(Definition.Id) : View);
        if (_state.Retired is not null && !DatabaseDecider.NotificationsToHandOver(_state, Definition.Id).Any())
        {
            _incarnation.Alerts.Tell(new DropDeliveries(Definition.Id));
        }
    }
}
