using System.Text.Json.Serialization;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Restores;

/// <summary>What a restore did. It is journaled: members are only added.</summary>
/// <param name="Source">Where from, as it was asked for.</param>
/// <param name="Generation">The generation.</param>
/// <param name="Target">Where it is now, in the engine's own words; <see cref="RestoreOrder.Live"/> for the live database.</param>
/// <param name="Bytes">The length of the backup in bytes.</param>
public sealed record RestoreResult(string Source, long Generation, string Target, long Bytes)
{
    /// <summary>What had been purged and was purged again; null when that was not done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PurgeResult? PurgedAgain { get; init; }

    /// <summary>Why rows that had been purged may be there again, for a person; null when none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotPurgedAgain { get; init; }

    /// <summary>What else a person should know: where the file went that was in the way, for instance; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}
