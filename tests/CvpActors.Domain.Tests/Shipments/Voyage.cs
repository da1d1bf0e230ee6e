using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Shipments;

namespace CvpActors.Domain.Tests.Shipments;

/// <summary>One decision with the states around it.</summary>
internal sealed record VoyageStep(
    ShipmentState Before, ShipmentPolicy Policy, ShipmentFact? Fact, ShipmentContext Context, ImmutableArray<IShipmentEvent> Events, ShipmentState After);

/// <summary>One database's shipments to one remote, driven through time the way their coordinator does it: read the clock, decide, apply.</summary>
internal sealed class Voyage
{
    /// <summary>When every voyage begins: the remote has just been configured.</summary>
    public static readonly DateTimeOffset Start = Scenario.Due;

    public static readonly TimeSpan OverdueAfter = TimeSpan.FromHours(26);

    private readonly List<VoyageStep> _steps = [];

    public Voyage() => Do(new ShipmentTimePassed());

    public ShipmentPolicy Policy { get; set; } = new("reporting", "hq", OverdueAfter);

    public ShipmentState State { get; private set; } = ShipmentState.Initial;

    public DateTimeOffset Now { get; set; } = Start;

    public bool AgentIsPresent { get; set; } = true;

    public IReadOnlyList<VoyageStep> Steps => _steps;

    public IEnumerable<IShipmentEvent> Events => _steps.SelectMany(s => s.Events);

    public IEnumerable<ShipmentOrdered> Orders => Events.OfType<ShipmentOrdered>();

    public IEnumerable<Alert> OpenAlerts => State.Alerts.Where(a => a.ClearedAt is null);

    public static OldFile File(long generation) => new(generation, $"{generation:x64}", 1000 + generation, Start.AddHours(-1));

    public void Do(ShipmentFact fact)
    {
        var context = new ShipmentContext(Now, AgentIsPresent);
        Apply(fact, context, ShipmentDecider.Integrate(State, Policy, fact, context));
    }

    public RequestedShipment? Request(string? key = null)
    {
        var context = new ShipmentContext(Now, AgentIsPresent);
        var decision = ShipmentDecider.Request(State, Policy, key, context);
        Apply(null, context, decision.Events);
        return decision.Answer;
    }

    /// <summary>That generation is old now.</summary>
    public Voyage BecomesOld(long generation)
    {
        Do(new OldFileTold(File(generation)));
        return this;
    }

    /// <summary>What is on its way arrives.</summary>
    public Voyage Arrives()
    {
        var underWay = Assert.IsType<ShipmentUnderWay>(State.UnderWay);
        Do(new VerificationTold(underWay.Generation, underWay.Sha256, 10, underWay.Bytes - 10, Now.AddSeconds(-1)));
        return this;
    }

    /// <summary>What is on its way fails.</summary>
    public Voyage Fails(string error = "no space left")
    {
        var underWay = Assert.IsType<ShipmentUnderWay>(State.UnderWay);
        Do(new FailureTold(underWay.Generation, underWay.Sha256, error));
        return this;
    }

    public Voyage TickAt(DateTimeOffset now)
    {
        Now = now;
        Do(new ShipmentTimePassed());
        return this;
    }

    /// <summary>Ticks at the moment that is waited for.</summary>
    public Voyage TickAtNextWake() => TickAt(Assert.NotNull(ShipmentDecider.NextWakeAt(State, Policy, AgentIsPresent)));

    public Voyage TakeOver(AlertPhase phase)
    {
        Do(new ShipmentNotificationTakenOver(State.Alerts[^1].Id, phase));
        return this;
    }

    private void Apply(ShipmentFact? fact, ShipmentContext context, ImmutableArray<IShipmentEvent> events)
    {
        var before = State;
        State = events.Aggregate(State, ShipmentFold.Apply);
        _steps.Add(new VoyageStep(before, Policy, fact, context, events, State));
    }
}
