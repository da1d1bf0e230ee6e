using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>
/// The source of truth on execution for one database, on the machine where it lives. Runs one operation at a time, refuses
/// tokens and epochs lower than the highest it has seen, and reports an outcome, which it has written to its ledger first,
/// until the coordinator has acknowledged it.
/// </summary>
public sealed class DatabaseAgent : ReceiveActor, IWithTimers, IWithStash
{
    private static readonly TimeSpan HelloUntilAccepted = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LedgerRetry = TimeSpan.FromSeconds(5);

    /// <summary>A run that has not obeyed after this long is reported as fenced all the same: it can commit nothing.</summary>
    private static readonly TimeSpan ObeyWithin = TimeSpan.FromSeconds(5);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly MaintainedDatabase _database;
    private readonly IActorRef _coordinator;
    private readonly AgentSettings _settings;
    private readonly TimeProvider _time;
    private readonly CopierSeat _copier;
    private readonly DrillSeat _drills;

    private AgentLedger _ledger = AgentLedger.Empty;
    private Fence _fence = new(0);
    private ActiveRun? _run;
    private RunReport? _refused;
    private IActorRef? _awaitsStop;
    private ImmutableArray<BackupFile> _files = [];
    private bool _accepted;
    private string? _deniedFor;

    /// <summary>Creates the agent; <see cref="Props"/> is the way in.</summary>
    public DatabaseAgent(MaintainedDatabase database, IActorRef coordinator, AgentSettings settings, TimeProvider time)
    {
        _settings = settings;
        _database = database;
        _coordinator = coordinator;
        _time = time;
        _copier = new CopierSeat(Context, database, coordinator, settings);
        _drills = new DrillSeat(Context, database, coordinator, settings, time);
        Recovering();
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    /// <summary>
    /// How to create the agent of one database; <paramref name="coordinator"/> is the way to the singleton.
    /// </summary>
    public static Props Props(MaintainedDatabase database, IActorRef coordinator, AgentSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new DatabaseAgent(database, coordinator, settings, time));

    /// <summary>The agent with the supervisor that brings it back: one that stayed away would stop every night that follows.</summary>
    public static Props SupervisedProps(MaintainedDatabase database, IActorRef coordinator, AgentSettings settings, TimeProvider time) =>
        Supervision.Restarted(Props(database, coordinator, settings, time), "agent");

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var found = _database.Ledger.Load();
        _ledger = found.AfterCrash();
        _fence = new Fence(_ledger.HighestToken);
        if (_ledger != found)
        {
            // On a full disk the ledger still names the run, and the next start finds it lost again.
            TrySave(_ledger);
            _log.Warning("{Database} {Operation} {Attempt} token {Token}: was under way when this node's process ended; it is reported as lost",
                _database.Id, InWords.Of(found.Running!.Operation), found.Running.AttemptId, found.Running.Token);
        }

        // Reading a large backup takes seconds: not in the mailbox.
        var token = _ledger.HighestToken;
        Task.Run(() => FilesRecovered.OfAsync(_database, token)).PipeTo(Self, failure: cause => new FilesRecovered([], [], cause));
        base.PreStart();
    }

    private void Recovering()
    {
        Receive<FilesRecovered>(recovered =>
        {
            recovered.Tell(_log, _database.Id);
            _files = recovered.Files;
            _drills.CutShort = recovered.CutShortDrill;
            Become(Ready);
            Stash.UnstashAll();
            SayHello();
            Report();
        });
        ReceiveAny(_ => Stash.Stash());
    }

    private void Ready()
    {
        Receive<IOrder>(order => Admission.IsOutdated(_ledger, order.Epoch), order => _log.Warning(
            "{Database}: {Order} of epoch {Epoch} was refused, since epoch {HighestEpoch} has begun",
            _database.Id, order.GetType().Name, order.Epoch, _ledger.HighestEpoch));
        Receive<HelloDenied>(TellDenied);
        Receive<HelloAccepted>(accepted =>
        {
            (_accepted, _deniedFor) = (true, null);
            if (accepted.Epoch > _ledger.HighestEpoch)
            {
                Keep(_ledger with { HighestEpoch = accepted.Epoch });
            }
        });
        Receive<StartRun>(Start);
        Receive<CancelRun>(order => CancelIfRunning(order.Token));
        Receive<FenceRun>(FenceToken);
        Receive<StartShipment>(_copier.Pass);
        Receive<StartDrill>(_drills.Pass);
        Receive<PlanRestore>(question => RestorePlanner.AnswerAsync(_database, question, _settings.Generations).PipeTo(Sender));
        Receive<ReportNow>(_ => _coordinator.Tell(Hello()));
        Receive<OutcomeAcknowledged>(acknowledged => Keep(_ledger.Acknowledged(acknowledged.Token)));
        Receive<WorkEnded>(End);
        Receive<StopAgent>(Stop);
        Receive<HelloDue>(_ => SayHello());
        Receive<ReportDue>(_ => Report());
        Receive<ObeyDue>(due => TellFenced(due.Token));
        Receive<UnknownDatabase>(_ => { });
    }

    private AgentSituation Situation => new(
        _ledger,
        _fence.Highest,
        _run is { } run ? new RunIdentity(run.Token, run.AttemptId) : null,
        _refused is { } refused ? new RunIdentity(refused.Token, refused.AttemptId) : null,
        Stopping: _awaitsStop is not null);

    private void Start(StartRun order)
    {
        var run = new LedgerRun(order.AttemptId, order.Operation, order.Token, _time.GetUtcNow());
        switch (Admission.Start(Situation, run, order.Epoch))
        {
            case UnderWay:
                Sender.Tell(new RunStarted(_database.Id, order.Token));
                break;
            case RefusedBefore:
                TellRefused();
                break;
            case Superseded:
                Report();
                _coordinator.Tell(Hello());
                break;
            case Refuse refuse:
                if (refuse.FenceFirst is { } older)
                {
                    _fence.Bar(older);
                    CancelIfRunning(older);
                }

                RefuseRun(order, refuse.Reason);
                break;
            case Launch launch when Keep(launch.Ledger):
                LaunchRun(order);
                break;
            case Launch:
                RefuseRun(order, "the agent's ledger could not be written; see this node's log");
                break;
            case var verdict:
                throw new InvalidOperationException($"nothing is done about {verdict}");
        }
    }

    private void LaunchRun(StartRun order)
    {
        _fence.Admit(order.Token);
        _run = new ActiveRun(order, _time.GetTimestamp());
        var context = new RunContext(_database.Id, order.AttemptId, order.Token, _fence, _run)
        {
            GrantedAt = order.GrantedAt,
            Clock = order.Clock,
            LetGo = order.LetGo ?? [],
        };
        _run.Worker = Context.ActorOf(RunWorkers.PropsOf(order, _database, context, _settings, _time), $"{order.AttemptId}");
        _log.Debug("{Database} {Operation} {Attempt} token {Token}: started",
            _database.Id, InWords.Of(order.Operation), order.AttemptId, order.Token);
        Sender.Tell(new RunStarted(_database.Id, order.Token));
    }

    private void RefuseRun(StartRun order, string reason)
    {
        _log.Warning("{Database} {Operation} {Attempt} token {Token}: refused by the agent: {Reason}",
            _database.Id, InWords.Of(order.Operation), order.AttemptId, order.Token, reason);
        _refused = new RunReport(order.Token, order.AttemptId, new Outcome(AttemptState.Failed, reason));
        TellRefused();
    }

    private void TellRefused() => _coordinator.Tell(new RunReported(_database.Id, _refused!.Token, _refused.Outcome));

    private void FenceToken(FenceRun order)
    {
        var verdict = Admission.Fence(Situation, order.Token);
        _fence.Bar(order.Token);
        if (!Keep(verdict.Ledger))
        {
            return;
        }

        if (!verdict.CancelFirst)
        {
            TellFenced(order.Token);
        }
        else if (!Timers.IsTimerActive(nameof(ObeyDue)))
        {
            CancelIfRunning(order.Token);
            Timers.StartSingleTimer(nameof(ObeyDue), new ObeyDue(order.Token), ObeyWithin);
        }
    }

    private void CancelIfRunning(long token)
    {
        if (_run is { } run && run.Token == token)
        {
            run.Worker?.Tell(CancelWork.Instance);
        }
    }

    private void End(WorkEnded ended)
    {
        if (_run is not { } run || run.Token != ended.Token)
        {
            return;
        }

        var outcome = ended.Outcome.Elapsed > TimeSpan.Zero ? ended.Outcome : ended.Outcome with { Elapsed = _time.GetElapsedTime(run.StartedAt) };
        if (!Keep(_ledger.Ended(new RunReport(run.Token, run.AttemptId, outcome))))
        {
            // An outcome is on disk before it is told; until the disk takes it the run counts as running.
            Timers.StartSingleTimer(nameof(WorkEnded), ended with { Outcome = outcome }, LedgerRetry);
            return;
        }

        _log.Debug("{Database} {Operation} {Attempt} token {Token}: {State} {Error}",
            _database.Id, InWords.Of(run.Operation), run.AttemptId, run.Token, outcome.State, outcome.Error ?? "");
        _run = null;
        _files = [.. _database.Reader.List()];
        Report();
        if (Timers.IsTimerActive(nameof(ObeyDue)))
        {
            Timers.Cancel(nameof(ObeyDue));
            TellFenced(ended.Token);
        }

        SayHello();
        _awaitsStop?.Tell(new AgentStopped(_database.Id));
    }

    private void Stop(StopAgent stop)
    {
        _awaitsStop = Sender;
        if (_run is null)
        {
            Sender.Tell(new AgentStopped(_database.Id));
        }
        else if (!stop.AfterRun)
        {
            CancelIfRunning(_run.Token);
        }
    }

    private void TellFenced(long token) => _coordinator.Tell(new RunFenced(_database.Id, token));

    private void Report()
    {
        foreach (var report in _ledger.Unreported)
        {
            _coordinator.Tell(new RunReported(_database.Id, report.Token, report.Outcome));
        }

        if (!_ledger.Unreported.IsEmpty)
        {
            Timers.StartSingleTimer(nameof(ReportDue), new ReportDue(), ReportInterval);
        }
    }

    private void SayHello()
    {
        _coordinator.Tell(Hello());
        var soon = (!_accepted && _deniedFor is null) || _run is not null;
        Timers.StartSingleTimer(nameof(HelloDue), new HelloDue(), soon ? HelloUntilAccepted : _settings.HelloInterval);
    }

    private void TellDenied(HelloDenied denied)
    {
        if (_deniedFor != denied.Owner)
        {
            _log.Warning("{Database}: node {Owner} serves a database of this id, {Reason}; this one is not maintained until one of them has another id",
                _database.Id, denied.Owner, denied.Reason);
        }

        (_accepted, _deniedFor) = (false, denied.Owner);
    }

    private AgentHello Hello() => new(
        _database.Definition,
        _settings.Node,
        _ledger.HighestToken,
        _run is { } run ? new RunningNow(run.Token, _time.GetElapsedTime(run.StartedAt), run.Progress) : null,
        [.. _ledger.Unreported.Select(r => r.Token)],
        _files)
    {
        BridgeUrl = _settings.BridgeUrl,
        HighestEpoch = _ledger.HighestEpoch,
        NodeLimit = _settings.NodeLimit,
        AgainWithin = _settings.HelloInterval,
    };

    /// <summary>Writes the ledger; false when the disk refused, and then nothing has changed.</summary>
    private bool Keep(AgentLedger next)
    {
        if (next == _ledger)
        {
            return true;
        }

        if (!TrySave(next))
        {
            return false;
        }

        _ledger = next;
        return true;
    }

    private bool TrySave(AgentLedger ledger)
    {
        try
        {
            _database.Ledger.Save(ledger);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Error(e, "{Database}: the agent's ledger could not be written", _database.Id);
            return false;
        }
    }

    private sealed record HelloDue : INoSerializationVerificationNeeded;

    private sealed record ReportDue : INoSerializationVerificationNeeded;

    private sealed record ObeyDue(long Token) : INoSerializationVerificationNeeded;
}

/// <summary>The node stops: cancel what runs (unless it may finish), write down how it ended, answer <see cref="AgentStopped"/>.</summary>
public sealed record StopAgent : INoSerializationVerificationNeeded
{
    /// <summary>What runs may finish first; nothing new is started.</summary>
    public bool AfterRun { get; init; }
}

/// <summary>Nothing runs any more.</summary>
public sealed record AgentStopped(string Database) : INoSerializationVerificationNeeded;
