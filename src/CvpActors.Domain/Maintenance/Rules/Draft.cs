using System.Collections.Immutable;
using CvpActors.Domain.Maintenance.Folding;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>One decision in the making: every event recorded is applied at once, so that the next rule sees its effect.</summary>
internal sealed class Draft(DatabaseState state, DatabasePolicy policy, DecisionContext context)
{
    private readonly ImmutableArray<IDatabaseEvent>.Builder _events = ImmutableArray.CreateBuilder<IDatabaseEvent>();

    /// <summary>The state with all events recorded so far applied.</summary>
    public DatabaseState State { get; private set; } = state;

    public DatabasePolicy Policy { get; } = policy;

    public AgentPresence Agent { get; } = context.Agent;

    public RunSlot Slot { get; } = context.Slot;

    /// <summary>What is verified at the configured remotes; null while that has not been read yet.</summary>
    public ImmutableArray<ShippedGeneration>? Shipped { get; } = context.Shipped;

    /// <summary>Never less than the time of the latest event: nothing is decided from a clock that ran backwards.</summary>
    public DateTimeOffset Now => context.Now > State.Watermark ? context.Now : State.Watermark;

    /// <summary>What the clock had to show at least: the time of the latest event, or what was read since. Nothing is counted before the first event.</summary>
    public DateTimeOffset ClockAtLeast =>
        State.Revision > 0 && context.ClockAtLeast is { } atLeast && atLeast > State.Watermark ? atLeast : State.Watermark;

    /// <summary>The clock as it was read.</summary>
    public DateTimeOffset WallClock => context.Now;

    /// <summary>The requests that were refused lately; null for none.</summary>
    public RecentRefusals? Refusals { get; } = context.Refusals;

    /// <summary>The request that is refused by this decision; null when none is.</summary>
    public Refusal? Refused { get; private set; }

    /// <summary>The events recorded so far, in order.</summary>
    public ImmutableArray<IDatabaseEvent> Events => _events.ToImmutable();

    public void Refuse(Refusal refusal) => Refused = refusal;

    public void Record(IDatabaseEvent happened)
    {
        State = DatabaseFold.Apply(State, happened);
        _events.Add(happened);
    }
}
