using System.Text.Json.Serialization;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Restores;

/// <summary>What a restore would do, told before anything is touched.</summary>
/// <param name="Order">What would be done.</param>
/// <param name="CompletedAt">When the backup was complete, UTC.</param>
/// <param name="Place">What is at the target now.</param>
/// <param name="Space">The room that is needed, a disk each.</param>
public sealed record RestorePlan(RestoreOrder Order, DateTimeOffset CompletedAt, RestorePlace Place, IReadOnlyList<SpaceNeed> Space)
{
    /// <summary>What purges have deleted and what would be purged again; null when that is not asked for, or nothing was purged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PurgedUpTo? Purges { get; init; }

    /// <summary>How long the last restore of this database took, and how many bytes it was; null when there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PastRestore? Last { get; init; }

    /// <summary>Why it cannot be done as it stands, for a person; null when it can.</summary>
    [JsonIgnore]
    public string? Problem => Place.Problem ?? SpaceNeed.ProblemOf(Space);
}

/// <summary>A restore that has been.</summary>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Bytes">How large the backup was.</param>
public sealed record PastRestore(TimeSpan Elapsed, long Bytes);

/// <summary>What an engine says of a place that is to be restored to.</summary>
/// <param name="Target">The place, in the engine's own words.</param>
/// <param name="IsLive">Whether it is the live database, by whatever name.</param>
public sealed record RestorePlace(string Target, bool IsLive)
{
    /// <summary>What would be replaced, for a person: the live database's file and its size; null where nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Replaces { get; init; }

    /// <summary>Why the place cannot be used, and the way out, for a person; null when it can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }
}

/// <summary>Room that is needed on one disk.</summary>
/// <param name="Folder">A folder on it.</param>
/// <param name="NeededBytes">What is needed there at most, in bytes.</param>
/// <param name="FreeBytes">What is free there, in bytes; null where that cannot be told.</param>
public sealed record SpaceNeed(string Folder, long NeededBytes, long? FreeBytes)
{
    /// <summary>Which disk it is, where the system tells; two needs of one disk add up.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Disk { get; init; }

    /// <summary>Whether it suffices, as far as that can be told.</summary>
    [JsonIgnore]
    public bool Suffices => FreeBytes is null || FreeBytes >= NeededBytes;

    /// <summary>The needs, with those of one disk added up.</summary>
    public static IReadOnlyList<SpaceNeed> Sum(IReadOnlyList<SpaceNeed> needs)
    {
        ArgumentNullException.ThrowIfNull(needs);
        return [.. needs.GroupBy(n => n.Disk ?? n.Folder, StringComparer.Ordinal).Select(g => g.First() with { NeededBytes = g.Sum(n => n.NeededBytes) })];
    }

    /// <summary>What is lacking, for a person; null when all suffices.</summary>
    public static string? ProblemOf(IEnumerable<SpaceNeed> needs)
    {
        ArgumentNullException.ThrowIfNull(needs);
        return needs.FirstOrDefault(n => !n.Suffices) is { } lacking
            ? $"the restore needs {InWords.OfBytes(lacking.NeededBytes)} in {lacking.Folder}, where {InWords.OfBytes(lacking.FreeBytes!.Value)} are free: make room there, or restore to another place"
            : null;
    }
}
