using System.Collections.Immutable;

namespace CvpActors.Domain.Maintenance;

/// <summary>What was decided on a wish: the events to persist, in order, and the reply to give once they are.</summary>
public sealed record Decision(ImmutableArray<IDatabaseEvent> Events, DatabaseReply Reply)
{
    /// <summary>What was refused, to be remembered for a while and not persisted; null when nothing was.</summary>
    public Refusal? Refused { get; init; }
}
