using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Backups;

/// <summary>
/// What the live database held when it was backed up, so that a copy of it can be compared. Counted beside the dump, while others write: the two agree
/// about, not to the row. Kept by value.
/// </summary>
/// <param name="CountedAt">When it was counted, UTC.</param>
/// <param name="Categories">What was counted; empty where nothing could be.</param>
public sealed record BackupContents(DateTimeOffset CountedAt, ImmutableArray<CategoryContents> Categories)
{
    /// <summary>Why nothing could be counted, for a person; null where it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Missing { get; init; }

    /// <summary>Why it cannot be known.</summary>
    public static BackupContents Unknown(DateTimeOffset at, string why) => new(at, []) { Missing = why };

    /// <inheritdoc/>
    public bool Equals(BackupContents? other) =>
        other is not null && CountedAt == other.CountedAt && Missing == other.Missing && Listed.SequenceEqual(other.Listed);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(CountedAt, Listed.Length, Missing);

    private ImmutableArray<CategoryContents> Listed => Categories.IsDefault ? [] : Categories;
}

/// <summary>What one category holds.</summary>
/// <param name="Category">Its name in the configuration.</param>
/// <param name="Rows">How many rows its table has.</param>
/// <param name="Newest">The newest date that is believed, UTC; null where no row has one.</param>
public sealed record CategoryContents(string Category, long Rows, DateTimeOffset? Newest = null);
