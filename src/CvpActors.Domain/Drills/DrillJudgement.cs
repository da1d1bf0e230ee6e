using System.Collections.Immutable;
using System.Globalization;
using CvpActors.Domain.Backups;

namespace CvpActors.Domain.Drills;

/// <summary>Whether what a drill has seen is what it should be.</summary>
public static class DrillJudgement
{
    /// <summary>The live database is counted beside the dump, whose snapshot may be this much older besides the time that the dump took.</summary>
    private static readonly TimeSpan NewestTolerance = TimeSpan.FromMinutes(1);

    /// <summary>Everything that is wrong, for a person; null where nothing is.</summary>
    /// <param name="expectation">What was asked.</param>
    /// <param name="manifest">What is known of the backup; null where its node has no manifest of it.</param>
    /// <param name="categories">What each category of the copy holds; null where nobody counted.</param>
    /// <param name="checks">What the statements said.</param>
    public static string? ProblemOf(
        DrillExpectation expectation, BackupManifest? manifest, ImmutableArray<CategoryContents>? categories, ImmutableArray<CheckSeen> checks)
    {
        ArgumentNullException.ThrowIfNull(expectation);
        var problems = ProblemsOfRows(expectation, manifest, categories).Concat(checks.Select(ProblemOf).OfType<string>()).ToList();
        return problems.Count == 0 ? null : string.Join("; ", problems);
    }

    /// <summary>What could not be compared, for a person; null where all was.</summary>
    public static string? NoteOf(BackupManifest? manifest, ImmutableArray<CategoryContents>? categories) =>
        categories is null or { IsEmpty: true } ? null
        : manifest is null ? "its rows were counted and not compared: the counts of its backup are with the node that made it"
        : manifest.Contents is not { } contents ? "its rows were counted and not compared: it was backed up by a version that did not count"
        : contents.Missing is { } missing ? $"its rows were counted and not compared: {missing}"
        : null;

    /// <summary>Whether the first column of a row says yes: true, or a number that is not zero.</summary>
    public static bool SaysYes(string? value) => value?.Trim().ToUpperInvariant() switch
    {
        null or "" => false,
        "T" or "TRUE" => true,
        var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number != 0,
    };

    private static IEnumerable<string> ProblemsOfRows(DrillExpectation expectation, BackupManifest? manifest, ImmutableArray<CategoryContents>? categories)
    {
        if (manifest?.Contents is not { Missing: null, Categories.IsDefaultOrEmpty: false } recorded || categories is not { } seen)
        {
            yield break;
        }

        foreach (var live in recorded.Categories)
        {
            // One that the configuration names no longer is no business of the drill.
            if (seen.FirstOrDefault(c => c.Category == live.Category) is not { } copy)
            {
                continue;
            }

            var allowed = (long)Math.Ceiling(live.Rows * expectation.RowsWithin);
            if (Math.Abs(copy.Rows - live.Rows) > allowed)
            {
                yield return FormattableString.Invariant(
                    $"category {live.Category} has {copy.Rows} rows in the copy and had {live.Rows} in the live database when it was backed up; allowed: {allowed} more or less (drill.rows-within)");
            }

            var earliest = live.Newest - (manifest.CompletedAt - manifest.StartedAt) - NewestTolerance;
            if (earliest is { } from && !(copy.Newest >= from))
            {
                yield return FormattableString.Invariant(
                    $"category {live.Category} ends {(copy.Newest is { } newest ? $"at {newest:u}" : "with no date")} in the copy, and at {live.Newest:u} in the live database when it was backed up");
            }
        }
    }

    private static string? ProblemOf(CheckSeen check) => check switch
    {
        { Error: { } error } => $"the check \"{check.Statement}\" could not be run: {error}",
        { HasRow: false } => $"the check \"{check.Statement}\" gave no row",
        { Value: null } => $"the check \"{check.Statement}\" gave NULL",
        _ => SaysYes(check.Value) ? null : $"the check \"{check.Statement}\" gave {Shown(check.Value)}; a check is passed by true or a number that is not zero",
    };

    private static string Shown(string value) => value.Length <= 100 ? $"\"{value}\"" : $"\"{value[..100]}…\"";
}
