using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Purges;

/// <summary>
/// Up to which moment purges have deleted the rows of each category. It is kept outside the database, by the coordinator and by the agent, so that
/// what is restored from an older backup can be purged as far again. Kept by value, and never goes back.
/// </summary>
/// <param name="Categories">By name, in the order of their names.</param>
public sealed record PurgedUpTo(ImmutableArray<CategoryCutoff> Categories)
{
    /// <summary>Nothing was purged.</summary>
    public static PurgedUpTo Nothing { get; } = new([]);

    /// <summary>Whether it says nothing.</summary>
    [JsonIgnore]
    public bool IsNothing => Categories.IsDefaultOrEmpty;

    /// <summary>
    /// With what a run deleted: of one that succeeded all categories, of another those of which it has deleted rows. A dry run deletes nothing.
    /// </summary>
    public PurgedUpTo With(PurgeResult? result, bool succeeded) => result is null or { DryRun: true }
        ? this
        : With(result.Categories.Where(c => succeeded || c.Rows > 0).Select(c => new CategoryCutoff(c.Category, c.OlderThan)));

    /// <summary>The later of both, category by category.</summary>
    public PurgedUpTo With(PurgedUpTo? other) => other is null ? this : With(other.Categories.IsDefault ? [] : other.Categories);

    /// <summary>With other cutoffs where they are later.</summary>
    public PurgedUpTo With(IEnumerable<CategoryCutoff> cutoffs)
    {
        var latest = (Categories.IsDefault ? [] : Categories).Concat(cutoffs)
            .GroupBy(c => c.Category, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new CategoryCutoff(g.Key, g.Max(c => c.OlderThan)));
        return new PurgedUpTo([.. latest]);
    }

    /// <inheritdoc/>
    public bool Equals(PurgedUpTo? other) =>
        other is not null && (Categories.IsDefault ? [] : Categories).SequenceEqual(other.Categories.IsDefault ? [] : other.Categories);

    /// <inheritdoc/>
    public override int GetHashCode() => IsNothing ? 0 : HashCode.Combine(Categories.Length, Categories[0]);
}

/// <summary>How far one category was purged.</summary>
/// <param name="Category">Its name in the configuration.</param>
/// <param name="OlderThan">Rows dated before this moment were deleted, UTC.</param>
public sealed record CategoryCutoff(string Category, DateTimeOffset OlderThan);
