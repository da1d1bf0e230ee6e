using System.Collections.Immutable;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;
using CvpActors.Domain.Maintenance.Folding;

namespace CvpActors.Domain.Tests;

/// <summary>One database driven through time the way its coordinator does it: read the clock, decide, apply.</summary>
internal sealed class Scenario
{
    /// <summary>The night's due moment, and the T of the rules.</summary>
    public static readonly DateTimeOffset Due = new(2026, 3, 10, 2, 0, 0, TimeSpan.Zero);

    private static readonly AgentPresence Connected = AgentPresence.On("reporting-1");

    private readonly List<IDatabaseEvent> _events = [];

    public Scenario(ISchedule? backup = null, ISchedule? purge = null)
    {
        Policy = new DatabasePolicy(
            "reporting",
            new OperationPolicy(backup, RetryPolicy.Backup),
            new OperationPolicy(purge, RetryPolicy.Purge),
            DatabasePolicy.DefaultLockMaxAge);
        Do(new SchedulesConfigured());
    }

    public DatabasePolicy Policy { get; set; }

    public DatabaseState State { get; private set; } = DatabaseState.Initial;

    public RecentRefusals Refusals { get; private set; } = new(epoch: 7);

    public DateTimeOffset Now { get; set; } = Due.AddHours(-1);

    public AgentPresence Agent { get; set; } = Connected;

    /// <summary>What the clock has to show at least, by the monotonic clock; null when it was never read before.</summary>
    public DateTimeOffset? ClockAtLeast { get; set; }

    /// <summary>What is verified at the remotes; null while that has not been read.</summary>
    public ImmutableArray<ShippedGeneration>? Shipped { get; set; }

    public IReadOnlyList<IDatabaseEvent> Events => _events;

    public MaintenanceLock Lock => Assert.IsType<MaintenanceLock>(State.Lock);

    public IEnumerable<Alert> OpenAlerts => State.Alerts.Where(a => a.ClearedAt is null);

    /// <summary>The moments at which a scheduled run of <paramref name="operation"/> was tried, blocked or not.</summary>
    public IEnumerable<DateTimeOffset> TriesOf(Operation operation) =>
        State.Attempts.Where(a => a.Operation == operation && a.Trigger == Trigger.Scheduled).Select(a => a.StartedAt);

    public IEnumerable<T> All<T>() => _events.OfType<T>();

    public DatabaseReply Do(DatabaseCommand command)
    {
        var decision = DatabaseDecider.Decide(State, Policy, command, Context);
        Apply(decision.Events);
        Refusals = decision.Refused is { } refused ? Refusals.With(refused) : Refusals;
        return decision.Reply;
    }

    public void Do(DatabaseFact fact) => Apply(DatabaseDecider.Integrate(State, Policy, fact, Context));

    public Scenario TickAt(DateTimeOffset now)
    {
        Now = now;
        Do(new TimePassed());
        return this;
    }

    /// <summary>Ticks at every moment that is waited for, up to and including <paramref name="until"/>.</summary>
    public Scenario RunUntil(DateTimeOffset until)
    {
        while (DatabaseDecider.NextWakeAt(State, Policy) is { } next && next <= until && (next > Now || HasSomethingDue()))
        {
            TickAt(next > Now ? next : Now);
        }

        return TickAt(until);
    }

    public RunGranted Request(Operation operation, bool dryRun = false, string? key = null) =>
        Assert.IsType<RunGranted>(Do(new RequestRun(operation, dryRun, key)));

    /// <summary>The agent tells that the holder's run ended.</summary>
    public Scenario EndRun(AttemptState state, string? error = null)
    {
        Do(new RunEnded(Lock.Token, new Outcome(state, error)));
        return this;
    }

    /// <summary>The agent tells that the holder runs, and for how long.</summary>
    public void ReportRunning(TimeSpan measured) => Do(new AgentReported(Lock.Token, Lock.Token, measured, []));

    public void LoseAgent() => Agent = Agent with { Contact = AgentContact.Unreachable };

    public void FindAgent() => Agent = Connected;

    private DecisionContext Context => new(Now, Agent) { ClockAtLeast = ClockAtLeast, Refusals = Refusals, Shipped = Shipped };

    private void Apply(IEnumerable<IDatabaseEvent> events)
    {
        foreach (var happened in events)
        {
            State = DatabaseFold.Apply(State, happened);
            _events.Add(happened);
        }
    }

    private bool HasSomethingDue() =>
        !DatabaseDecider.Integrate(State, Policy, new TimePassed(), Context).IsEmpty;
}
