namespace CvpActors.Domain.Clocks;

/// <summary>What a machine's clock showed, and what it can be compared with: how long that machine had been up.</summary>
/// <param name="Utc">What the clock showed, UTC.</param>
/// <param name="Boot">Which start of the machine the uptime counts from; another one after every reboot.</param>
/// <param name="Uptime">Since that start, time in suspension included.</param>
public sealed record ClockReading(DateTimeOffset Utc, string Boot, TimeSpan Uptime)
{
    /// <summary>
    /// What a clock that showed this must show at least at a later reading: exactly so much more as the machine was up in between; after
    /// a reboot, nobody knows for how long the machine was off.
    /// </summary>
    public DateTimeOffset AtLeastBy(ClockReading later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return Utc + (later.Boot == Boot ? later.Uptime - Uptime : later.Uptime);
    }
}

/// <summary>The clock went on by more than can be shown to have passed.</summary>
/// <param name="From">What it had to show at least, UTC.</param>
/// <param name="To">What it showed instead, UTC.</param>
public sealed record ClockLeap(DateTimeOffset From, DateTimeOffset To);

/// <summary>What is known of a clock besides what it shows.</summary>
/// <param name="SteadySince">Since when it has gone on as a clock should, UTC; the machine was off for less than a day at a time.</param>
/// <param name="Leap">The leap that nobody has explained; null when there is none.</param>
public sealed record ClockEvidence(DateTimeOffset SteadySince, ClockLeap? Leap);
