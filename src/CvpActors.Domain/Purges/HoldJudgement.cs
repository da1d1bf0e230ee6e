using System.Collections.Immutable;
using System.Globalization;
using CvpActors.Domain.Clocks;

namespace CvpActors.Domain.Purges;

/// <summary>
/// Whether a purge may begin. It is the one operation that nothing brings back, so it is held where what it goes by may be wrong: the clock,
/// or the way in which a category is dated.
/// </summary>
public static class HoldJudgement
{
    private const string EmptiedKeyPrefix = "emptied ";

    /// <summary>What speaks against beginning; null when nothing does.</summary>
    /// <param name="plan">What the purge would delete by.</param>
    /// <param name="survey">What it would meet.</param>
    /// <param name="clock">What is known of the clock; null where nobody watches it.</param>
    /// <param name="letGo">Keys of what an administrator has looked at and let go.</param>
    public static PurgeHold? Judge(PurgePlan plan, PurgeSurvey survey, ClockEvidence? clock, IEnumerable<string> letGo)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(survey);
        var known = letGo.ToHashSet(StringComparer.Ordinal);
        var reasons = OfClock(clock).Concat(OfSilence(plan, survey, clock)).Concat(OfEmptying(plan, survey))
            .Where(reason => !known.Contains(reason.Key))
            .ToImmutableArray();
        return reasons.IsEmpty ? null : new PurgeHold(reasons);
    }

    /// <summary>To where the clocks had leapt of which it was said by letting a purge go that they are right, UTC: for all databases, and on every node.</summary>
    public static IEnumerable<DateTimeOffset> ClocksLetGo(IEnumerable<string> letGo)
    {
        ArgumentNullException.ThrowIfNull(letGo);
        foreach (var key in letGo)
        {
            if (ClockLeap.TryReadKey(key, out var shown))
            {
                yield return shown;
            }
        }
    }

    /// <summary>Whether a category that would be emptied is among what holds a purge.</summary>
    public static bool IsAboutEmptying(PurgeHold hold)
    {
        ArgumentNullException.ThrowIfNull(hold);
        return hold.Reasons.Any(reason => reason.Key.StartsWith(EmptiedKeyPrefix, StringComparison.Ordinal));
    }

    private static IEnumerable<HoldReason> OfClock(ClockEvidence? clock)
    {
        if (clock?.Leap is { } leap)
        {
            yield return new HoldReason(
                leap.Key,
                $"The coordinator's clock showed {leap.To:u} when, by what was seen of it before and by how long its machine was up, it had to show "
                + $"{leap.From:u}: {InWords.Of(leap.To - leap.From)} more. By a clock that is ahead, young rows look old. Set it right{(clock.Node is { } node ? $" on node {node}" : "")}, or let the purge go if it is right "
                + "(the machine was off, or a virtual one was paused, for so long).");
        }
    }

    private static IEnumerable<HoldReason> OfSilence(PurgePlan plan, PurgeSurvey survey, ClockEvidence? clock)
    {
        // Either of the two may be true: no row was written for so long, or the clock is ahead by so much. Said beside a leap, too, so that one
        // word lets both go.
        if (plan.HoldAfterSilence > TimeSpan.Zero && clock is not null && survey.Categories.Max(c => c.Newest) is { } newest
            && newest < clock.SteadySince && survey.AsOf - newest > plan.HoldAfterSilence)
        {
            yield return new HoldReason(
                $"silent {Stamp(newest)}",
                $"No row of any category is younger than {newest:u}, which by the clock is {InWords.Of(survey.AsOf - newest)} ago, and this clock has only been watched "
                + $"since {clock.SteadySince:u}: either nothing was written for so long, or the clock is ahead. Check both.");
        }
    }

    private static IEnumerable<HoldReason> OfEmptying(PurgePlan plan, PurgeSurvey survey)
    {
        foreach (var category in survey.Categories.Where(c => c.WouldBeEmptied))
        {
            if (plan.Categories.FirstOrDefault(c => c.Name == category.Category) is not { MayBeEmptied: true })
            {
                yield return new HoldReason(
                    $"{EmptiedKeyPrefix}{category.Category} {(category.Newest is { } newest ? Stamp(newest) : "undated")}",
                    $"Category \"{category.Category}\" would be left without any row that can be dated: {(category.Newest is { } last ? $"its newest is of {last:u}, and all" : "all")} "
                    + $"before {category.OlderThan:u} go. Either nothing was written since, or its timestamp-format is not the one that its rows have. If the last of them may go, "
                    + "let the purge go; if that will be so again and again, set emptying = allow for the category.");
            }
        }
    }

    private static string Stamp(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
