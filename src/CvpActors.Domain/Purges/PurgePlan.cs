using System.Collections.Immutable;

namespace CvpActors.Domain.Purges;

/// <summary>What a purge deletes and in which order: children before their parents.</summary>
public sealed class PurgePlan
{
    private PurgePlan(ImmutableArray<RetentionCategory> categories, int batchRows, TimeSpan batchPause, TimeSpan batchTargetTime, TimeSpan holdAfterSilence)
    {
        HoldAfterSilence = holdAfterSilence;
        Categories = categories;
        BatchRows = batchRows;
        BatchPause = batchPause;
        BatchTargetTime = batchTargetTime;
    }

    /// <summary>The most rows of one batch, unless configured.</summary>
    public const int DefaultBatchRows = 10_000;

    /// <summary>How long a batch should keep other writers waiting, unless configured.</summary>
    public static TimeSpan DefaultBatchTargetTime { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest silence that nobody is asked about, unless configured.</summary>
    public static TimeSpan DefaultHoldAfterSilence { get; } = TimeSpan.FromDays(7);

    /// <summary>A plan that deletes nothing.</summary>
    public static PurgePlan Empty { get; } = new([], DefaultBatchRows, TimeSpan.Zero, DefaultBatchTargetTime, DefaultHoldAfterSilence);

    /// <summary>The categories, children before parents.</summary>
    public ImmutableArray<RetentionCategory> Categories { get; }

    /// <summary>The most rows deleted in one transaction.</summary>
    public int BatchRows { get; }

    /// <summary>Time given to other writers between two batches.</summary>
    public TimeSpan BatchPause { get; }

    /// <summary>How long one transaction should hold the database's write lock.</summary>
    public TimeSpan BatchTargetTime { get; }

    /// <summary>A purge that finds no row younger than this is held, unless the clock was watched for as long; zero: never.</summary>
    public TimeSpan HoldAfterSilence { get; }

    /// <summary>Orders the categories.</summary>
    /// <param name="categories">The categories, in any order.</param>
    /// <param name="batchRows">The most rows deleted in one transaction.</param>
    /// <param name="batchPause">Time given to other writers between two batches.</param>
    /// <param name="batchTargetTime">How long one transaction should hold the write lock; null: <see cref="DefaultBatchTargetTime"/>.</param>
    /// <param name="holdAfterSilence">The longest silence that nobody is asked about, zero for any; null: <see cref="DefaultHoldAfterSilence"/>.</param>
    /// <exception cref="PurgePlanException">A parent is unknown, is its own ancestor, or is kept for less time than its child.</exception>
    public static PurgePlan Create(
        IEnumerable<RetentionCategory> categories, int batchRows, TimeSpan batchPause, TimeSpan? batchTargetTime = null, TimeSpan? holdAfterSilence = null)
    {
        var targetTime = batchTargetTime ?? DefaultBatchTargetTime;
        ArgumentOutOfRangeException.ThrowIfLessThan(batchRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(targetTime, TimeSpan.Zero);
        var byName = categories.ToImmutableSortedDictionary(c => c.Name, c => c, StringComparer.Ordinal);

        // Before sorting: a sort of a single category never asks for its depth, and depth is what checks the parents.
        var depths = byName.Values.ToDictionary(c => c.Name, c => Depth(c, byName), StringComparer.Ordinal);
        var ordered = byName.Values.OrderByDescending(c => depths[c.Name]).ThenBy(c => c.Name, StringComparer.Ordinal);
        return new PurgePlan([.. ordered], batchRows, batchPause, targetTime, holdAfterSilence ?? DefaultHoldAfterSilence);
    }

    /// <summary>
    /// The plan that deletes, as of <paramref name="asOf"/>, just what was deleted before: each category up to its own cutoff, those without one not
    /// at all. Retention of this configuration has no part in it.
    /// </summary>
    public PurgePlan UpTo(PurgedUpTo purged, DateTimeOffset asOf)
    {
        ArgumentNullException.ThrowIfNull(purged);
        var cutoffs = purged.IsNothing ? [] : purged.Categories.ToDictionary(c => c.Category, c => c.OlderThan, StringComparer.Ordinal);
        return new PurgePlan(
            [.. Categories.Where(c => cutoffs.ContainsKey(c.Name)).Select(c => c with { Retain = cutoffs[c.Name] < asOf ? asOf - cutoffs[c.Name] : TimeSpan.Zero })],
            BatchRows,
            TimeSpan.Zero,
            BatchTargetTime,
            HoldAfterSilence);
    }

    private static int Depth(RetentionCategory category, ImmutableSortedDictionary<string, RetentionCategory> byName)
    {
        var depth = 0;
        for (var child = category; child.Parent is { } parentName; child = byName[parentName], depth++)
        {
            if (!byName.TryGetValue(parentName, out var parent))
            {
                throw new PurgePlanException(child.Name, $"parent \"{parentName}\" is not a category; categories: {string.Join(", ", byName.Keys)}");
            }

            if (parent.Retain < child.Retain)
            {
                throw new PurgePlanException(
                    child.Name,
                    $"is retained for {child.Retain.TotalDays:0.###} days but its parent \"{parent.Name}\" for {parent.Retain.TotalDays:0.###}; "
                    + "a parent is retained at least as long as its children");
            }

            if (depth > byName.Count)
            {
                throw new PurgePlanException(category.Name, "is its own ancestor; follow its parent keys and break the circle");
            }
        }

        return depth;
    }
}

/// <summary>Retention categories that contradict each other.</summary>
public sealed class PurgePlanException(string category, string problem) : Exception($"category \"{category}\" {problem}")
{
    /// <summary>The category at fault.</summary>
    public string Category { get; } = category;

    /// <summary>What is wrong with it and what is allowed.</summary>
    public string Problem { get; } = problem;
}
