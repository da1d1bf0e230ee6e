using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Purges;

/// <summary>What a purge deleted, or would have.</summary>
/// <param name="DryRun">Whether the rows were only counted.</param>
/// <param name="Categories">One entry a category, in the order they were purged.</param>
public sealed record PurgeResult(bool DryRun, ImmutableArray<CategoryPurge> Categories)
{
    /// <summary>Rows over all categories.</summary>
    public long Rows => Categories.Sum(c => c.Rows);
}

/// <summary>What a purge did to one category. It is journaled: what is null was not counted, by an engine that cannot or by an earlier version.</summary>
/// <param name="Category">Its name.</param>
/// <param name="Table">Its table.</param>
/// <param name="OlderThan">Rows dated before this moment were taken, UTC.</param>
/// <param name="Rows">How many.</param>
public sealed record CategoryPurge(string Category, string Table, DateTimeOffset OlderThan, long Rows)
{
    /// <summary>Rows whose date cannot be read, or is not believed (<see cref="DatableSpan"/>): none of them was deleted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Undatable { get; init; }

    /// <summary>Old rows that stayed, by what kept them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<KeptRows>? Kept { get; init; }

    /// <summary>Rows that the database deleted or changed along with this category's, because it says <c>cascade = allow</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Cascaded { get; init; }
}

/// <summary>Old rows that a purge had to leave.</summary>
/// <param name="Reason">What keeps them: the table and columns of rows that refer to them, or the database's own words.</param>
/// <param name="Rows">How many.</param>
public sealed record KeptRows(string Reason, long Rows);
