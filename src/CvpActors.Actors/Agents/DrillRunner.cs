using Akka.Actor;
using Akka.Event;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Drills;

namespace CvpActors.Actors.Agents;

/// <summary>
/// Makes the drills of one database, one at a time, as the coordinator orders. An order that is under way already, or has ended, is answered with how it is: so an
/// order may come as often as it likes.
/// </summary>
public sealed class DrillRunner : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly MaintainedDatabase _database;
    private readonly IActorRef _coordinator;
    private readonly AgentSettings _settings;
    private readonly TimeProvider _time;

    private StartDrill? _underWay;
    private DrillReported? _ended;

    /// <summary>Creates the runner; <see cref="Props"/> is the way in.</summary>
    public DrillRunner(MaintainedDatabase database, IActorRef coordinator, AgentSettings settings, string? cutShort, TimeProvider time)
    {
        (_database, _coordinator, _settings, _time) = (database, coordinator, settings, time);
        _ended = cutShort is null ? null : new DrillReported(database.Id, cutShort, new DrillOutcome("the node's process ended while it was under way; what it had left was removed"));
        Receive<StartDrill>(Start);
        Receive<Ended>(End);
        Receive<StillThere>(_ =>
        {
            if (_underWay is { } underWay)
            {
                TellUnderWay(underWay);
            }
        });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to create the runner of one database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="coordinator">The way to the singleton.</param>
    /// <param name="settings">What the agents of the node have in common.</param>
    /// <param name="cutShort">The drill that was under way when this node's process ended; null when none was.</param>
    /// <param name="time">The clock.</param>
    public static Props Props(MaintainedDatabase database, IActorRef coordinator, AgentSettings settings, string? cutShort, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new DrillRunner(database, coordinator, settings, cutShort, time));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopping.Cancel();
        base.PostStop();
    }

    private void Start(StartDrill order)
    {
        if (_ended?.AttemptId == order.AttemptId)
        {
            _coordinator.Tell(_ended);
        }
        else if (_underWay is null)
        {
            _underWay = order;
            _log.Debug("{Database} drill {Attempt}: started", _database.Id, order.AttemptId);
            TellUnderWay(order);
            var self = Self;
            var stopping = _stopping.Token;
            Task.Run(() => DrillAsync(order, stopping), CancellationToken.None).PipeTo(self, success: outcome => new Ended(order, outcome), failure: cause => new Ended(order, OutcomeOf(order, cause)));
        }
        else if (_underWay.AttemptId == order.AttemptId)
        {
            TellUnderWay(order);
        }

        // Another one is under way: it goes on to its end, and this order comes again.
    }

    private async Task<DrillOutcome> DrillAsync(StartDrill order, CancellationToken cancellation)
    {
        await _settings.DrillsAtOnce.WaitAsync(cancellation);
        try
        {
            return await new Drill(_database, order, _settings.Generations, line => _log.Info("{Database} drill {Attempt}: {Line}", _database.Id, order.AttemptId, line), _time).RunAsync(cancellation);
        }
        finally
        {
            _settings.DrillsAtOnce.Release();
        }
    }

    private DrillOutcome OutcomeOf(StartDrill order, Exception cause)
    {
        if (cause is OperationCanceledException)
        {
            return new DrillOutcome("it was cancelled before it was done");
        }

        _log.Error(cause, "{Database} drill {Attempt}: failed in an unforeseen way", _database.Id, order.AttemptId);
        return new DrillOutcome($"{cause.GetType().Name}: {cause.Message}");
    }

    private void End(Ended ended)
    {
        (_underWay, _ended) = (null, new DrillReported(_database.Id, ended.Order.AttemptId, ended.Outcome));
        _coordinator.Tell(_ended);
    }

    private void TellUnderWay(StartDrill order)
    {
        _coordinator.Tell(new DrillReported(_database.Id, order.AttemptId));
        Timers.StartSingleTimer(nameof(StillThere), new StillThere(), TellEvery);
    }

    private sealed record Ended(StartDrill Order, DrillOutcome Outcome) : INoSerializationVerificationNeeded;

    private sealed record StillThere : INoSerializationVerificationNeeded;
}
