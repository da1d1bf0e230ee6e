namespace CvpActors.Domain.Purges;

/// <summary>
/// Between which moments a row's date is believed. Outside of it a value is of another unit or a placeholder (0, 1970, 9999), and says
/// nothing about the row's age: such a row is never deleted.
/// </summary>
public static class DatableSpan
{
    /// <summary>No reporting database is older: midnight of 1990-01-01 UTC.</summary>
    public static DateTimeOffset Earliest { get; } = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The last moment that can be represented, in whole milliseconds.</summary>
    public static DateTimeOffset Latest { get; } = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    /// <summary>How far after now a row may be dated: clocks differ, and what was written without its offset is up to 14 hours off.</summary>
    public static TimeSpan FutureTolerance { get; } = TimeSpan.FromDays(1);

    /// <summary>The last moment that is believed of a row.</summary>
    /// <param name="now">From which retention counts back.</param>
    public static DateTimeOffset LatestAt(DateTimeOffset now) => now > Latest - FutureTolerance ? Latest : now + FutureTolerance;
}
