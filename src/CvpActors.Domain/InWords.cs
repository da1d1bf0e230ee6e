using System.Globalization;

namespace CvpActors.Domain;

/// <summary>Operations, durations and sizes as a person writes them, for logs, alerts and errors.</summary>
public static class InWords
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary><c>backup</c>, <c>purge</c> or <c>restore</c>, also the beginning of an attempt's id.</summary>
    public static string Of(Operation operation) => operation switch
    {
        Operation.Backup => "backup",
        Operation.Purge => "purge",
        Operation.Restore => "restore",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "has no name"),
    };

    /// <summary><c>scheduled</c> or <c>on demand</c>.</summary>
    public static string Of(Trigger trigger) => trigger == Trigger.Scheduled ? "scheduled" : "on demand";

    /// <summary>Two units at most, the larger first: <c>38 ms</c>, <c>2.4 s</c>, <c>10 min</c>, <c>1 h 30 min</c>, <c>2 d 4 h</c>.</summary>
    public static string Of(TimeSpan duration) => duration switch
    {
        { Ticks: long.MinValue } => "-" + OfLength(TimeSpan.MaxValue),
        { Ticks: < 0 } => "-" + OfLength(duration.Negate()),
        _ => OfLength(duration),
    };

    /// <summary>Powers of a thousand, as disks are sold: <c>512 B</c>, <c>1.9 MB</c>, <c>25 GB</c>.</summary>
    public static string OfBytes(long bytes)
    {
        double size = bytes;
        var unit = 0;
        for (; Math.Abs(size) >= 999.5 && unit < Units.Length - 1; unit++)
        {
            size /= 1000;
        }

        var format = unit > 0 && Math.Abs(size) < 9.95 ? "0.#" : "0";
        return $"{size.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>A count with its noun: <c>1 row</c>, <c>42,000 rows</c>.</summary>
    public static string Count(long number, string one, string many) =>
        $"{number.ToString("#,0", CultureInfo.InvariantCulture)} {(number == 1 ? one : many)}";

    private static string OfLength(TimeSpan length)
    {
        if (length < TimeSpan.FromMilliseconds(999.5))
        {
            return $"{length.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms";
        }

        if (length < TimeSpan.FromSeconds(59.95))
        {
            return $"{length.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s";
        }

        // Rounded before its unit is chosen: 59 min 59.8 s is an hour.
        if (Round(length, TimeSpan.FromSeconds(1)) is var seconds && seconds < TimeSpan.FromHours(1))
        {
            return Two((int)seconds.TotalMinutes, "min", seconds.Seconds, "s");
        }

        if (Round(length, TimeSpan.FromMinutes(1)) is var minutes && minutes < TimeSpan.FromDays(1))
        {
            return Two((int)minutes.TotalHours, "h", minutes.Minutes, "min");
        }

        // Beyond that the hours are of no interest, and rounding up could leave the range.
        if (length > TimeSpan.FromDays(10_000))
        {
            return $"{length.TotalDays.ToString("0", CultureInfo.InvariantCulture)} d";
        }

        var hours = Round(length, TimeSpan.FromHours(1));
        return Two((int)hours.TotalDays, "d", hours.Hours, "h");
    }

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";

    private static TimeSpan Round(TimeSpan length, TimeSpan unit) =>
        length > TimeSpan.FromDays(10_000) ? length : TimeSpan.FromTicks((length.Ticks + (unit.Ticks / 2)) / unit.Ticks * unit.Ticks);
}
