using System.Collections.Immutable;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>Something that happened to the coordinator itself; persisted for ever.</summary>
public interface ICoordinatorEvent
{
    /// <summary>When, UTC.</summary>
    DateTimeOffset At { get; }
}

/// <summary>An incarnation of the coordinator began; its epoch is the sequence number of this event.</summary>
public sealed record EpochBegun(DateTimeOffset At, string Node) : ICoordinatorEvent;

/// <summary>A database came under maintenance, or its configuration changed.</summary>
public sealed record DatabaseRegistered(DateTimeOffset At, DatabaseDefinition Definition) : ICoordinatorEvent;

/// <summary>What the coordinator remembers: its epoch and its databases.</summary>
public sealed record CoordinatorState
{
    /// <summary>A coordinator that never ran.</summary>
    public static CoordinatorState Initial { get; } = new();

    /// <summary>Events applied so far; equals the journal's sequence number.</summary>
    public long Revision { get; init; }

    /// <summary>The number of the present incarnation, strictly increasing.</summary>
    public long Epoch { get; init; }

    /// <summary>The databases by id.</summary>
    public ImmutableSortedDictionary<string, DatabaseDefinition> Databases { get; init; } =
        ImmutableSortedDictionary.Create<string, DatabaseDefinition>(StringComparer.Ordinal);

    /// <summary>The state after <paramref name="happened"/>.</summary>
    public CoordinatorState Apply(ICoordinatorEvent happened)
    {
        var next = this with { Revision = Revision + 1 };
        return happened switch
        {
            EpochBegun => next with { Epoch = next.Revision },
            DatabaseRegistered e => next with { Databases = Databases.SetItem(e.Definition.Id, e.Definition) },
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no fold for this event"),
        };
    }
}
