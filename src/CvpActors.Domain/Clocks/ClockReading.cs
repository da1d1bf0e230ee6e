using System.Globalization;
using System.Text.Json.Serialization;

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
        return Utc + (IsOfSameRunAs(later) ? later.Uptime - Uptime : later.Uptime);
    }

    /// <summary>Whether the machine ran from here to there. An uptime that became less is a container's, which began anew on the same machine.</summary>
    public bool IsOfSameRunAs(ClockReading later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return later.Boot == Boot && later.Uptime >= Uptime;
    }
}

/// <summary>The clock went on by more than can be shown to have passed.</summary>
/// <param name="From">What it had to show at least, UTC.</param>
/// <param name="To">What it showed instead, UTC.</param>
public sealed record ClockLeap(DateTimeOffset From, DateTimeOffset To)
{
    private const string KeyPrefix = "clock ";
    private const string KeyFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Names this very leap, in whole seconds; an administrator's word for it is kept by this.</summary>
    [JsonIgnore]
    public string Key => KeyOf(To);

    /// <summary>The key of the leap to that moment.</summary>
    public static string KeyOf(DateTimeOffset to) => KeyPrefix + to.UtcDateTime.ToString(KeyFormat, CultureInfo.InvariantCulture);

    /// <summary>To which moment the leap of that key went, UTC, in whole seconds.</summary>
    /// <returns>False for the key of anything else.</returns>
    public static bool TryReadKey(string key, out DateTimeOffset to)
    {
        ArgumentNullException.ThrowIfNull(key);
        to = default;
        return key.StartsWith(KeyPrefix, StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(
                key.AsSpan(KeyPrefix.Length), KeyFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out to);
    }
}

/// <summary>What is known of a clock besides what it shows.</summary>
/// <param name="SteadySince">Since when it has gone on as a clock should, UTC; the machine was off for less than a day at a time.</param>
/// <param name="Leap">The leap that nobody has explained; null when there is none.</param>
public sealed record ClockEvidence(DateTimeOffset SteadySince, ClockLeap? Leap)
{
    /// <summary>On which node the clock is; null when that was not told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }
}
