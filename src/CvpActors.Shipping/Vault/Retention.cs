using System.Globalization;

namespace CvpActors.Shipping.Vault;

/// <summary>How many generations are kept: the newest of each of so many days, weeks and months that have one, as restic and borg count them.</summary>
/// <param name="Last">So many of the newest, whenever they were made.</param>
/// <param name="Daily">The newest of each of so many days.</param>
/// <param name="Weekly">The newest of each of so many ISO weeks.</param>
/// <param name="Monthly">The newest of each of so many months.</param>
public sealed record KeepPolicy(int Last, int Daily, int Weekly, int Monthly)
{
    /// <summary>Seven nights, a month of days, a quarter of weeks, a year of months.</summary>
    public static KeepPolicy Default { get; } = new(7, 30, 12, 12);
}

/// <summary>Which generations a vault may let go. Pure; days are those of UTC.</summary>
public static class Retention
{
    /// <summary>The generations that neither policy nor lock keeps.</summary>
    /// <param name="held">All that is held, newest first. The first is the last verified one and always stays.</param>
    /// <param name="policy">What is to be kept. Days are counted by the generations that there are, so neither missing nights nor a clock that jumps remove any.</param>
    /// <param name="lockFor">How long nothing may remove a generation.</param>
    /// <param name="age">The vault's age now (<see cref="VaultClock"/>).</param>
    public static IReadOnlyList<StoredGeneration> ToRemove(IReadOnlyList<StoredGeneration> held, KeepPolicy policy, TimeSpan lockFor, TimeSpan age)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(policy);
        var kept = held.Take(Math.Max(1, policy.Last)).Select(g => g.Ordinal).ToHashSet();
        KeepNewestOfEach(policy.Daily, day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        KeepNewestOfEach(policy.Weekly, day => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(day)}-{ISOWeek.GetWeekOfYear(day)}"));
        KeepNewestOfEach(policy.Monthly, day => day.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        return [.. held.Where(g => !kept.Contains(g.Ordinal) && age - g.ArrivedAt >= lockFor)];

        void KeepNewestOfEach(int periods, Func<DateTime, string> periodOf)
        {
            foreach (var period in held.GroupBy(g => periodOf(g.Manifest.StartedAt.UtcDateTime)).Take(periods))
            {
                kept.Add(period.First().Ordinal);
            }
        }
    }
}
