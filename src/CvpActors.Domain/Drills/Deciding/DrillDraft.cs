using System.Collections.Immutable;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>One decision in the making: every event recorded is applied at once, so that the next rule sees its effect.</summary>
internal sealed class DrillDraft(DrillState state, DrillPolicy policy, DrillContext context)
{
    private readonly ImmutableArray<IDrillEvent>.Builder _events = ImmutableArray.CreateBuilder<IDrillEvent>();

    /// <summary>The state with all events recorded so far applied.</summary>
    public DrillState State { get; private set; } = state;

    public DrillPolicy Policy { get; } = policy;

    public DrillContext Context { get; } = context;

    /// <summary>Never less than the time of the latest event: nothing is decided from a clock that ran backwards.</summary>
    public DateTimeOffset Now => Context.Now > State.Watermark ? Context.Now : State.Watermark;

    /// <summary>The events recorded so far, in order.</summary>
    public ImmutableArray<IDrillEvent> Events => _events.ToImmutable();

    public void Record(IDrillEvent happened)
    {
        State = DrillFold.Apply(State, happened);
        _events.Add(happened);
    }
}
