using System.Collections.Immutable;

namespace CvpActors.Domain.Shipments;

/// <summary>One decision in the making: every event recorded is applied at once, so that the next rule sees its effect.</summary>
internal sealed class ShipmentDraft(ShipmentState state, ShipmentPolicy policy, ShipmentContext context)
{
    private readonly ImmutableArray<IShipmentEvent>.Builder _events = ImmutableArray.CreateBuilder<IShipmentEvent>();

    /// <summary>The state with all events recorded so far applied.</summary>
    public ShipmentState State { get; private set; } = state;

    public ShipmentPolicy Policy { get; } = policy;

    public bool AgentIsPresent { get; } = context.AgentIsPresent;

    /// <summary>Never less than the time of the latest event: nothing is decided from a clock that ran backwards.</summary>
    public DateTimeOffset Now => context.Now > State.Watermark ? context.Now : State.Watermark;

    /// <summary>The clock as it was read.</summary>
    public DateTimeOffset WallClock => context.Now;

    /// <summary>The events recorded so far, in order.</summary>
    public ImmutableArray<IShipmentEvent> Events => _events.ToImmutable();

    public void Record(IShipmentEvent happened)
    {
        State = ShipmentFold.Apply(State, happened);
        _events.Add(happened);
    }
}
