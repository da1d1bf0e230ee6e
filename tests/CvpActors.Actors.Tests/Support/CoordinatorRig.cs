using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Tests.Support;

/// <summary>
/// One database's coordinator in virtual time, between an agent and an alert delivery that do as the test says. Time moves
/// in steps, and after each step everything that it set off has come to rest.
/// </summary>
internal sealed class CoordinatorRig
{
    /// <summary>Shorter than the silence after which an agent counts as unreachable, and a divisor of every interval of the rules.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const string Node = "reporting-1";

    private readonly ActorSystem _system;
    private readonly TestKitBase _kit;
    private readonly TestScheduler _scheduler;
    private readonly DatabaseDefinition _definition;
    private TestProbe _agent;
    private TestProbe _alerts;
    private readonly TestProbe _incarnation;
    private long _epoch;
    private IActorRef _coordinator = ActorRefs.Nobody;
    private DateTimeOffset _runningSince;

    public CoordinatorRig(TestKitBase kit, SchedulerTime time, DatabaseDefinition definition)
    {
        _kit = kit;
        _system = kit.Sys;
        _scheduler = (TestScheduler)_system.Scheduler;
        _definition = definition;
        Time = time;
        _agent = kit.CreateTestProbe();
        _alerts = kit.CreateTestProbe();
        _incarnation = kit.CreateTestProbe();
    }

    public SchedulerTime Time { get; }

    /// <summary>Whether the agent answers and says hello.</summary>
    public bool AgentSpeaks { get; set; } = true;

    /// <summary>Whether the agent follows an order to start.</summary>
    public bool AgentStartsRuns { get; set; } = true;

    /// <summary>Whether the agent answers an order to fence.</summary>
    public bool AgentObeysFence { get; set; } = true;

    /// <summary>Whether a notification that is handed over is taken over.</summary>
    public bool DeliveryWorks { get; set; } = true;

    /// <summary>What the agent executes.</summary>
    public long? RunningToken { get; private set; }

    public long HighestToken { get; private set; }

    public List<IOrder> Orders { get; } = [];

    public List<AlertNotification> HandedOver { get; } = [];

    public IEnumerable<StartRun> Starts => Orders.OfType<StartRun>();

    public static async Task<CoordinatorRig> StartAsync(TestKitBase kit, SchedulerTime time, DatabaseDefinition definition)
    {
        var rig = new CoordinatorRig(kit, time, definition);
        await rig.StartCoordinatorAsync();
        return rig;
    }

    public async Task StartCoordinatorAsync()
    {
        // In the coordinator's own thread, so that what it asks for has come to rest with it.
        var slots = _system.ActorOf(SlotKeeper.Props(clusterLimit: 0, []).WithDispatcher(CallingThreadDispatcher.Id));
        var incarnation = new Incarnation(++_epoch, _incarnation.Ref, _alerts.Ref, slots, ActorRefs.Nobody, _ => null);
        _coordinator = _system.ActorOf(DatabaseCoordinator.Props(() => new Registration(_definition, Node), incarnation, Time));
        await SettleAsync();
    }

    /// <summary>The coordinator's process dies: nothing but the journal is left of it.</summary>
    public async Task KillCoordinatorAsync()
    {
        await _coordinator.GracefulStop(Patience, PoisonPill.Instance);
        _agent = _kit.CreateTestProbe();
        _alerts = _kit.CreateTestProbe();
    }

    /// <summary>The agent comes back and knows the token, but runs nothing.</summary>
    public void AgentProcessDies() => RunningToken = null;

    public async Task AdvanceAsync(TimeSpan time)
    {
        for (var end = _scheduler.Now + time; _scheduler.Now < end;)
        {
            _scheduler.Advance(end - _scheduler.Now < Step ? end - _scheduler.Now : Step);
            await SettleAsync();
        }
    }

    /// <summary>The coordinator's process sleeps and wakes: nothing happens in between, and then everything at once.</summary>
    public async Task FreezeAsync(TimeSpan time)
    {
        _scheduler.Advance(time);
        await SettleAsync();
    }

    public Task AdvanceToAsync(DateTimeOffset moment) => AdvanceAsync(moment - _scheduler.Now);

    public async Task<RunGranted> RequestAsync(Operation operation)
    {
        var granted = Assert.IsType<RunGranted>(await CommandAsync(new RequestRun(operation, DryRun: false, RequestKey: null)));
        await SettleAsync();
        return granted;
    }

    public async Task<DatabaseReply> CommandAsync(DatabaseCommand command) =>
        (await _coordinator.Ask<DatabaseAnswer>(new DatabaseRequest(_definition.Id, command), Patience)).Reply;

    public async Task EndRunAsync(Outcome outcome)
    {
        var token = RunningToken!.Value;
        RunningToken = null;
        _coordinator.Tell(new RunReported(_definition.Id, token, outcome), _agent.Ref);
        await SettleAsync();
    }

    /// <summary>An outcome of a run that the coordinator may have forgotten.</summary>
    public async Task ReportAsync(long token, Outcome outcome)
    {
        _coordinator.Tell(new RunReported(_definition.Id, token, outcome), _agent.Ref);
        await SettleAsync();
    }

    public Task<DatabaseView> ViewAsync() => _coordinator.Ask<DatabaseView>(new GetDatabase(_definition.Id), Patience);

    /// <summary>The tries that the schedule made, oldest first.</summary>
    public async Task<IReadOnlyList<AttemptView>> ScheduledTriesAsync(Operation operation)
    {
        var list = await _coordinator.Ask<AttemptList>(new GetAttempts(_definition.Id, 200), Patience);
        return [.. list.Attempts.Where(a => a.Operation == operation && a.Trigger == Trigger.Scheduled).Reverse()];
    }

    public async Task<AttemptView> AttemptAsync(string id) =>
        Assert.Single((await _coordinator.Ask<AttemptList>(new GetAttempt(_definition.Id, id), Patience)).Attempts);

    /// <summary>Waits until all that was set off has come to rest and every timer is armed.</summary>
    public async Task SettleAsync()
    {
        if (AgentSpeaks)
        {
            SayHello();
        }

        do
        {
            // The answer to a command comes when all earlier decisions are persisted and acted on, the view when that one is, too.
            await CommandAsync(new CancelAttempt("none"));
            await ViewAsync();

            // Once more for the run that got its slot in between.
            await CommandAsync(new CancelAttempt("none"));
            await ViewAsync();
        }
        while (React());
    }

    private void SayHello() => _coordinator.Tell(
        new AgentHello(
            _definition,
            Node,
            HighestToken,
            RunningToken is { } token ? new RunningNow(token, _scheduler.Now - _runningSince, null) : null,
            [],
            []),
        _agent.Ref);

    private bool React()
    {
        var reacted = false;
        while (_agent.HasMessages)
        {
            reacted |= React(_agent.ReceiveOne(TimeSpan.Zero));
        }

        while (_alerts.HasMessages)
        {
            var notification = ((HandOver)_alerts.ReceiveOne(TimeSpan.Zero)).Notification;
            HandedOver.Add(notification);
            if (DeliveryWorks)
            {
                _coordinator.Tell(new HandedOver(notification.AlertId, notification.Phase), _alerts.Ref);
                reacted = true;
            }
        }

        return reacted;
    }

    private bool React(object message)
    {
        if (message is not IOrder order || order is HelloAccepted)
        {
            return false;
        }

        Orders.Add(order);
        switch (order)
        {
            case StartRun start when AgentSpeaks && AgentStartsRuns:
                (RunningToken, HighestToken, _runningSince) = (start.Token, start.Token, _scheduler.Now);
                _coordinator.Tell(new RunStarted(_definition.Id, start.Token), _agent.Ref);
                return true;
            case FenceRun fence when AgentSpeaks && AgentObeysFence:
                RunningToken = null;
                _coordinator.Tell(new RunFenced(_definition.Id, fence.Token), _agent.Ref);
                return true;
            case ReportNow when AgentSpeaks:
                SayHello();
                return true;
            default:
                return false;
        }
    }
}
