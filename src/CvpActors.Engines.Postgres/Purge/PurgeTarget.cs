using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>One category: its table, which of its rows are old, and who refers to them.</summary>
/// <param name="Number">Its place in the plan.</param>
/// <param name="Category">The category.</param>
/// <param name="Table">Its table.</param>
/// <param name="Date">Tells young, old and undatable rows.</param>
internal sealed record PurgeTarget(int Number, RetentionCategory Category, PurgeTable Table, RowDate Date)
{
    /// <summary>The foreign keys whose rows keep a row of this table from going.</summary>
    public required IReadOnlyList<ForeignKey> HeldBy { get; init; }

    /// <summary>Whether any row may refer to one of this table, also where the database would then act by itself.</summary>
    public required bool IsReferredTo { get; init; }

    /// <summary>Whether deleting a row starts a trigger of somebody's.</summary>
    public required bool HasTriggers { get; init; }

    /// <summary>Which key's rows refer to a row: its number, or -1.</summary>
    public string HolderOf(string row) => HeldBy.Count == 0
        ? "-1"
        : $"CASE {string.Join(" ", HeldBy.Select(key => $"WHEN {key.IsReferredTo(row)} THEN {key.Number}"))} ELSE -1 END";

    /// <summary>"Nothing that stays refers to this row", as a condition to add.</summary>
    public string AndIsFree(string row) => string.Concat(HeldBy.Select(key => $" AND NOT {key.IsReferredTo(row)}"));
}
