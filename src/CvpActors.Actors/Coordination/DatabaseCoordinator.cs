using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
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
public sealed class DatabaseCoordinator : ReceivePersistentActor, IWithTimers
{
    private const int EventsPerSnapshot = 200;

    /// <summary>Timers of the scheduler do not follow a wall clock that is set: look at the clock at least this often.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(60);

    /// <summary>What is overdue and cannot be done yet is looked at again after this.</summary>
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromSeconds(1);

    /// <summary>What was ordered and not confirmed is ordered again after this.</summary>
    private static readonly TimeSpan PursueInterval = TimeSpan.FromSeconds(2);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly long _epoch;
    private readonly IActorRef _alerts;
    private readonly IActorRef _incarnation;
    private readonly TimeProvider _time;
    private readonly AgentConnection _agent;
    private readonly EventNarrator _narrator;

    private DatabaseDefinition _definition;
    private DatabasePolicy _policy;
    private DatabaseState _state = DatabaseState.Initial;

    /// <summary>The run that the agent has confirmed, and how far it is; of no value after a restart, so not persisted.</summary>
    private long _startedToken;
    private RunProgress? _progress;
    private ImmutableArray<BackupFile> _files = [];
    private string? _bridgeUrl;

    /// <summary>Creates the coordinator of one database; <see cref="Props"/> is the way in.</summary>
    public DatabaseCoordinator(Func<DatabaseDefinition> definition, long epoch, IActorRef alerts, IActorRef incarnation, TimeProvider time)
    {
        _definition = definition();
        _policy = PolicyReader.Read(_definition);
        _epoch = epoch;
        _alerts = alerts;
        _incarnation = incarnation;
        _time = time;
        _agent = new AgentConnection(time);
        _narrator = new EventNarrator(_log, _definition.Id, time.LocalTimeZone);
        PersistenceId = $"database-{_definition.Id}";

        Recover<SnapshotOffer>(offer => _state = (DatabaseState)offer.Snapshot);
        Recover<IDatabaseEvent>(happened => _state = DatabaseFold.Apply(_state, happened));
        Recover<RecoveryCompleted>(_ => Integrate(new SchedulesConfigured(), pursue: true));

        Command<DatabaseDefinition>(ChangePolicy);
        Command<DatabaseRequest>(Decide);
        Command<AgentHello>(Welcome);
        Command<RunStarted>(started => _startedToken = started.Token);
        Command<RunReported>(TakeOutcome);
        Command<RunFenced>(fenced => Integrate(new HolderFenced(fenced.Token)));
        Command<HandedOver>(over => Integrate(new NotificationTakenOver(over.AlertId, over.Phase)));
        Command<Terminated>(gone => LoseAgent(gone.ActorRef));
        Command<WakeUp>(_ => Integrate(new TimePassed()));
        Command<Pursue>(_ => PursueState());
        Command<GetDatabase>(_ => Sender.Tell(
            DatabaseProjection.View(_state, _policy, _definition, _agent.Presence, _files, _progress, _time.GetUtcNow()) with { BridgeUrl = _bridgeUrl }));
        Command<GetAttempts>(get => Sender.Tell(DatabaseProjection.Attempts(_state, _definition.Id, get.Limit, _progress)));
        Command<GetAttempt>(get => Sender.Tell(DatabaseProjection.Attempt(_state, _definition.Id, get.AttemptId, _progress)));
        Command<SaveSnapshotSuccess>(_ => { });
        Command<SaveSnapshotFailure>(failed => _log.Warning(failed.Cause,
            "{Database}: the snapshot at {Revision} could not be saved; recovery reads more events until the next one", _definition.Id, failed.Metadata.SequenceNr));
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>
    /// How to create the coordinator of one database. <paramref name="definition"/> is asked at each start, from any thread:
    /// a coordinator that is brought back must not go by the configuration of its first life. <paramref name="incarnation"/> is told when the journal refuses.
    /// </summary>
    public static Props Props(Func<DatabaseDefinition> definition, long epoch, IActorRef alerts, IActorRef incarnation, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new DatabaseCoordinator(definition, epoch, alerts, incarnation, time));

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _incarnation.Tell(new JournalFault(PersistenceId, cause));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    private DecisionContext Circumstances => new(_time.GetUtcNow(), _agent.Presence);

    /// <summary>Decides on a wish and replies once what was decided is persisted.</summary>
    private void Decide(DatabaseRequest request)
    {
        var sender = Sender;
        var decision = DatabaseDecider.Decide(_state, _policy, request.Command, Circumstances);
        PersistThenAct(decision.Events, () => sender.Tell(new DatabaseAnswer(decision.Reply)));
    }

    /// <summary>Takes a fact in. To pursue is to act even when nothing new was decided: whoever was told before may be gone.</summary>
    private void Integrate(DatabaseFact fact, Action? afterwards = null, bool pursue = false) =>
        PersistThenAct(DatabaseDecider.Integrate(_state, _policy, fact, Circumstances), afterwards, pursue);

    private void PersistThenAct(ImmutableArray<IDatabaseEvent> events, Action? afterwards = null, bool pursue = false)
    {
        var unpersisted = events.Length;
        if (unpersisted == 0)
        {
            Act();
            return;
        }

        // Not DeferAsync: behind a write under way it sends the journal a batch without events, which Akka.Persistence.Sql fails
        // on, unseen, until its circuit breaker opens and no coordinator can persist.
        PersistAll(events, happened =>
        {
            _state = DatabaseFold.Apply(_state, happened);
            _narrator.Tell(_state, happened);
            if (--unpersisted == 0)
            {
                Act();
            }
        });

        void Act()
        {
            afterwards?.Invoke();
            SnapshotWhenDue(events.Length);
            if (pursue || !events.IsEmpty)
            {
                PursueState();
            }

            SleepUntilNext();
        }
    }

    private void Welcome(AgentHello hello)
    {
        var isNew = _agent.Hear(Sender, hello.Node);
        if (isNew)
        {
            Context.Watch(Sender);
            _log.Info("{Database}: the agent on {Node} is connected", _definition.Id, hello.Node);
        }

        _files = hello.Files;
        _bridgeUrl = hello.BridgeUrl;
        _progress = hello.Running?.Progress;
        _startedToken = hello.Running?.Token ?? _startedToken;
        Sender.Tell(new HelloAccepted(_epoch));
        if (hello.Running is { } stray && stray.Token != _state.Lock?.Token)
        {
            // A run that holds no lock: its start was given up as lost, or its lock was cleared while the agent was away.
            Sender.Tell(new FenceRun(_epoch, stray.Token));
        }

        Integrate(
            new AgentReported(
                hello.HighestToken, hello.Running?.Token, hello.Running?.RunningFor ?? TimeSpan.Zero, hello.UnreportedTokens),
            pursue: isNew);
    }

    private void TakeOutcome(RunReported report)
    {
        var agent = Sender;
        Integrate(new RunEnded(report.Token, report.Outcome), afterwards: () => agent.Tell(new OutcomeAcknowledged(_epoch, report.Token)));
    }

    private void LoseAgent(IActorRef gone)
    {
        if (_agent.Lose(gone))
        {
            _log.Warning("{Database}: the agent on {Node} is gone; {Consequence}", _definition.Id, _agent.Presence.Node,
                _state.Lock is { } held ? $"{held.AttemptId} keeps its lock until the agent is back or the lock is too old" : "nothing was running");
            Integrate(new TimePassed());
        }
    }

    private void ChangePolicy(DatabaseDefinition definition)
    {
        _definition = definition;
        _policy = PolicyReader.Read(definition);
        Integrate(new SchedulesConfigured());
    }

    /// <summary>Does what the state asks for and nobody has confirmed yet.</summary>
    private void PursueState()
    {
        var open = HandOverAlerts();
        open |= _agent.Ref is { } agent && OrderWhatLockAsksFor(agent);
        if (open)
        {
            Timers.StartSingleTimer(nameof(Pursue), new Pursue(), PursueInterval);
        }
    }

    private bool OrderWhatLockAsksFor(IActorRef agent)
    {
        IOrder? order = _state.Lock switch
        {
            null => null,
            { Clearance: not null } held => new FenceRun(_epoch, held.Token),
            { CancelRequested: true } held => new CancelRun(_epoch, held.Token),
            { } held when held.Token != _startedToken => new StartRun(_epoch, held.AttemptId, held.Operation, held.Token, held.DryRun),
            { } when DatabaseDecider.LockAgeIsDue(_state, _policy, _time.GetUtcNow()) => new ReportNow(_epoch),
            _ => null,
        };
        if (order is not null)
        {
            agent.Tell(order);
        }

        return order is not null;
    }

    private bool HandOverAlerts()
    {
        var open = false;
        foreach (var notification in DatabaseDecider.NotificationsToHandOver(_state, _definition.Id))
        {
            _alerts.Tell(new HandOver(notification));
            open = true;
        }

        return open;
    }

    private void SleepUntilNext()
    {
        var now = _time.GetUtcNow();
        var sleep = DatabaseDecider.NextWakeAt(_state, _policy) - now ?? LongestSleep;
        sleep = sleep > LongestSleep ? LongestSleep : sleep;
        if (_agent.UntilPresenceMayChange is { } change && change < sleep)
        {
            sleep = change;
        }

        Timers.StartSingleTimer(nameof(WakeUp), new WakeUp(), sleep > TimeSpan.Zero ? sleep : ShortestSleep);
        if (DatabaseDecider.LockAgeIsDue(_state, _policy, now))
        {
            PursueState();
        }
    }

    private void SnapshotWhenDue(int newEvents)
    {
        if (_state.Revision / EventsPerSnapshot > (_state.Revision - newEvents) / EventsPerSnapshot)
        {
            SaveSnapshot(_state);
        }
    }

    private sealed record WakeUp : INoSerializationVerificationNeeded;

    private sealed record Pursue : INoSerializationVerificationNeeded;
}
