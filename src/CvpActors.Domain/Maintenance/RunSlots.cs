using System.Collections.Immutable;

namespace CvpActors.Domain.Maintenance;

/// <summary>
/// Which databases may run an operation at once (<c>policy.max-concurrent</c>), in the whole cluster and on each node; the others wait, and
/// those that were due first come first. Not persisted: it follows from who holds a lock. Pure.
/// </summary>
/// <param name="ClusterLimit">How many in the whole cluster; 0 for no limit.</param>
public sealed record RunSlots(int ClusterLimit)
{
    private ImmutableDictionary<string, Place> Places { get; init; } = ImmutableDictionary.Create<string, Place>(StringComparer.Ordinal);

    private ImmutableDictionary<string, NodeSlots> Nodes { get; init; } = ImmutableDictionary.Create<string, NodeSlots>(StringComparer.Ordinal);

    /// <summary>How many run.</summary>
    public int Held { get; private init; }

    /// <summary>Whether a database has asked and has no slot yet.</summary>
    public bool IsWaiting(string database) => Places.GetValueOrDefault(database) is { Waiter: not null };

    /// <summary>Notes that a database runs something, whether or not there was room: a fact.</summary>
    public RunSlots Take(string database, string node)
    {
        var freed = Free(database);
        var there = freed.On(node);
        return freed.With(database, new Place(node, Waiter: null), there with { Held = there.Held + 1 }) with { Held = freed.Held + 1 };
    }

    /// <summary>Notes that a database wants to run something that was due at <paramref name="dueAt"/>.</summary>
    /// <param name="database">Which.</param>
    /// <param name="node">The node that serves it.</param>
    /// <param name="nodeLimit">How many may run on that node at once; 0 for no limit.</param>
    /// <param name="dueAt">When it fell due, UTC.</param>
    public RunSlots Ask(string database, string node, int nodeLimit, DateTimeOffset dueAt)
    {
        var freed = Free(database);
        var there = freed.On(node);
        var waiter = new SlotWaiter(dueAt, database);
        return freed.With(database, new Place(node, waiter), there with { Limit = nodeLimit, Waiting = there.Waiting.Add(waiter) });
    }

    /// <summary>Notes that a database neither runs nor wants to run anything.</summary>
    public RunSlots Free(string database)
    {
        if (!Places.TryGetValue(database, out var place))
        {
            return this;
        }

        var there = Nodes[place.Node];
        var left = place.Waiter is { } waiter ? there with { Waiting = there.Waiting.Remove(waiter) } : there with { Held = there.Held - 1 };
        return this with
        {
            Places = Places.Remove(database),
            Nodes = left.IsEmpty ? Nodes.Remove(place.Node) : Nodes.SetItem(place.Node, left),
            Held = place.Waiter is null ? Held - 1 : Held,
        };
    }

    /// <summary>Gives a slot to the database that was due first among those that have room; null when none has.</summary>
    public (RunSlots Then, string Database)? GrantNext()
    {
        if (ClusterIsFull)
        {
            return null;
        }

        SlotWaiter? first = null;
        foreach (var there in Nodes.Values)
        {
            if (!there.IsFull && there.Waiting.Min is { } waiter && (first is null || waiter.CompareTo(first) < 0))
            {
                first = waiter;
            }
        }

        return first is null ? null : (Take(first.Database, Places[first.Database].Node), first.Database);
    }

    /// <summary>Why nothing more can start on <paramref name="node"/>, for a person; null when something can.</summary>
    public string? WhyFull(string node, int nodeLimit)
    {
        var there = On(node) with { Limit = nodeLimit };
        return ClusterIsFull ? $"{InWords.Count(Held, "operation runs", "operations run")} in the cluster, as many as policy.max-concurrent.cluster allows"
            : there.IsFull ? $"{InWords.Count(there.Held, "operation runs", "operations run")} on {node}, as many as policy.max-concurrent.node allows"
            : null;
    }

    private bool ClusterIsFull => ClusterLimit > 0 && Held >= ClusterLimit;

    private NodeSlots On(string node) => Nodes.GetValueOrDefault(node) ?? NodeSlots.Empty;

    private RunSlots With(string database, Place place, NodeSlots there) =>
        this with { Places = Places.SetItem(database, place), Nodes = Nodes.SetItem(place.Node, there) };

    /// <summary>Where a database runs or waits.</summary>
    private sealed record Place(string Node, SlotWaiter? Waiter);

    /// <summary>Who waits, those due first first; by name where two were due together, so that the order is the same at each look.</summary>
    private sealed record SlotWaiter(DateTimeOffset DueAt, string Database) : IComparable<SlotWaiter>
    {
        public int CompareTo(SlotWaiter? other) =>
            other is null ? 1
            : DueAt != other.DueAt ? DueAt.CompareTo(other.DueAt)
            : string.CompareOrdinal(Database, other.Database);
    }

    /// <summary>What runs and waits on one node.</summary>
    private sealed record NodeSlots(int Limit, int Held, ImmutableSortedSet<SlotWaiter> Waiting)
    {
        public static NodeSlots Empty { get; } = new(0, 0, []);

        public bool IsFull => Limit > 0 && Held >= Limit;

        public bool IsEmpty => Held == 0 && Waiting.IsEmpty;
    }
}
