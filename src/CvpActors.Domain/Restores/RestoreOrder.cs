using System.Text.Json.Serialization;

namespace CvpActors.Domain.Restores;

/// <summary>One restore, as it was planned: which bytes go where. It is granted and carried out as it stands, or not at all.</summary>
/// <param name="Source">Where from, as it was asked for (<see cref="RestoreSource"/>).</param>
/// <param name="Generation">The generation that this was when it was planned.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256: what is found under the source's name at the restore must still be this.</param>
/// <param name="Target">Where to, in the engine's own words; <see cref="Live"/> for the live database.</param>
public sealed record RestoreOrder(string Source, long Generation, long Bytes, string Sha256, string Target)
{
    /// <summary>The target that means the live database, whatever the engine calls it.</summary>
    public const string Live = "live";

    /// <summary>Whether it goes over the live database.</summary>
    [JsonIgnore]
    public bool OverLive => Target == Live;

    /// <summary>Whether the target was chosen, since none was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TargetChosen { get; init; }

    /// <summary>Whether what purges had deleted is purged again before the copy can be seen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ReapplyPurges { get; init; }

    /// <summary>Whether it is the answer to what <paramref name="wish"/> asks for.</summary>
    public bool Answers(RestoreWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        return Source == wish.Source && (wish.Target is null ? TargetChosen : Target == wish.Target) && ReapplyPurges == wish.ReapplyPurges;
    }
}

/// <summary>What an administrator asks for, before it is planned.</summary>
/// <param name="Source">Where from (<see cref="RestoreSource"/>).</param>
/// <param name="Target">Where to; null for a new place that the engine chooses, <see cref="RestoreOrder.Live"/> for the live database.</param>
/// <param name="ReapplyPurges">Whether what purges had deleted is to be purged again.</param>
public sealed record RestoreWish(string Source, string? Target, bool ReapplyPurges);

/// <summary>What a person writes to have the live database replaced: its name and the generation, so that no mistyped call does it.</summary>
public static class RestoreConfirmation
{
    /// <summary>The very text, <c>reporting@41</c>.</summary>
    public static string TextFor(string database, long generation) => FormattableString.Invariant($"{database}@{generation}");

    /// <summary>Why the restore may not be begun, for a person; null when it may.</summary>
    public static string? ProblemOf(string database, RestoreOrder order, string? confirm)
    {
        ArgumentNullException.ThrowIfNull(order);
        var expected = TextFor(database, order.Generation);
        return !order.OverLive || confirm == expected ? null
            : $"this replaces the live database of {database} by generation {order.Generation} ({order.Source}): what was written since that backup is gone for good. "
            + $"{(confirm is null ? "To have it so" : $"\"{confirm}\" does not name it; to have it so")}, send confirm = \"{expected}\"";
    }
}
