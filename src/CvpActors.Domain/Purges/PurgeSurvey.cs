using System.Collections.Immutable;

namespace CvpActors.Domain.Purges;

/// <summary>What a purge would meet, looked up without changing anything.</summary>
/// <param name="AsOf">The moment from which retention counts back, UTC.</param>
/// <param name="Categories">In the order of the plan. A category that the engine cannot look into is left out.</param>
public sealed record PurgeSurvey(DateTimeOffset AsOf, ImmutableArray<CategorySurvey> Categories)
{
    /// <summary>The survey once a dry run has counted what stays for its dependants, too: a category with such rows is not emptied.</summary>
    public PurgeSurvey Counted(PurgeResult dryRun)
    {
        ArgumentNullException.ThrowIfNull(dryRun);
        var kept = dryRun.Categories.Where(c => c.Kept is { IsEmpty: false }).Select(c => c.Category).ToHashSet(StringComparer.Ordinal);
        return this with { Categories = [.. Categories.Select(c => kept.Contains(c.Category) ? c with { RowsStay = true } : c)] };
    }
}

/// <summary>What a purge would meet in one category.</summary>
/// <param name="Category">Its name.</param>
/// <param name="OlderThan">Rows dated before this moment are old, UTC.</param>
/// <param name="HasOld">Whether there is any row that is old.</param>
/// <param name="RowsStay">
/// Whether there is a row that is dated and not old. One whose date is not believed (<see cref="DatableSpan"/>) stays too, but it says nothing about
/// whether the dates of the others were read as they are meant, and does not count; neither does one that is kept for its dependants only.
/// </param>
/// <param name="Newest">The newest date that is believed; null when none was found.</param>
/// <param name="Oldest">The oldest.</param>
/// <param name="Complete">
/// Whether <paramref name="Newest"/> and <paramref name="Oldest"/> are of all rows. Where the column has no index they are of the rows at both
/// ends of a large table; with an index on text, of the texts at both ends.
/// </param>
public sealed record CategorySurvey(
    string Category, DateTimeOffset OlderThan, bool HasOld, bool RowsStay, DateTimeOffset? Newest, DateTimeOffset? Oldest, bool Complete)
{
    /// <summary>Whether a purge would take the last row that has a date.</summary>
    public bool WouldBeEmptied => HasOld && !RowsStay;
}
