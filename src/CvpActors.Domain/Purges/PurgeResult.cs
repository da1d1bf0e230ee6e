using System.Collections.Immutable;

namespace CvpActors.Domain.Purges;

/// <summary>What a purge deleted, or would have.</summary>
/// <param name="DryRun">Whether the rows were only counted.</param>
/// <param name="Categories">One entry a category, in the order they were purged.</param>
public sealed record PurgeResult(bool DryRun, ImmutableArray<CategoryPurge> Categories)
{
    /// <summary>Rows over all categories.</summary>
    public long Rows => Categories.Sum(c => c.Rows);
}

/// <summary>What a purge did to one category.</summary>
/// <param name="Category">Its name.</param>
/// <param name="Table">Its table.</param>
/// <param name="OlderThan">Rows dated before this moment were taken, UTC.</param>
/// <param name="Rows">How many.</param>
public sealed record CategoryPurge(string Category, string Table, DateTimeOffset OlderThan, long Rows);
