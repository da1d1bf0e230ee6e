using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>The rules for one database's drills, as configured.</summary>
/// <param name="Database">The database's id.</param>
/// <param name="From">What is restored; null when none are configured.</param>
/// <param name="Schedule">When drills are due; null for those on demand only.</param>
/// <param name="ExpectedWithin">How long the database may be without one that succeeded; null: what the schedule gives.</param>
public sealed record DrillPolicy(string Database, string? From, ISchedule? Schedule, TimeSpan? ExpectedWithin)
{
    /// <summary>A drill that was due this long ago is not made up for: it would come at a time that nobody has chosen.</summary>
    public static readonly TimeSpan LatestStart = TimeSpan.FromHours(4);

    private const int GapsLookedAt = 10;

    /// <summary>Whether drills are configured.</summary>
    public bool IsConfigured => From is not null;

    /// <summary>
    /// When a database without a success since <paramref name="since"/> is overdue, UTC; null where nothing is expected. Without a configured time: twice the
    /// longest time between two of the due moments that follow, since a schedule may leave out weekends.
    /// </summary>
    public DateTimeOffset? OverdueAt(DateTimeOffset since) =>
        !IsConfigured ? null
        : ExpectedWithin is { } within ? since + within
        : LongestGap(since) is { } gap ? since + (2 * gap)
        : null;

    private TimeSpan? LongestGap(DateTimeOffset since)
    {
        TimeSpan? longest = null;
        var before = Schedule?.NextAfter(since);
        for (var gaps = 0; gaps < GapsLookedAt && before is { } one && Schedule!.NextAfter(one) is { } next; gaps++, before = next)
        {
            longest = longest is { } known && known >= next - one ? known : next - one;
        }

        return longest;
    }
}

/// <summary>What a decision may look at besides state and policy.</summary>
/// <param name="Now">The time, UTC.</param>
/// <param name="Agent">Whether an order would reach the agent.</param>
/// <param name="IsPaused">Whether the database's schedules are paused.</param>
public readonly record struct DrillContext(DateTimeOffset Now, AgentPresence Agent, bool IsPaused);
