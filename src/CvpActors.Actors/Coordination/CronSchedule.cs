using Cronos;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// A cron line with a time zone. A daily line runs once on a day of 23 or 25 hours: a moment that the clocks skip is due
/// when they have skipped it, one that they show twice is due the first time.
/// </summary>
public sealed class CronSchedule : ISchedule
{
    /// <summary>Days and weekdays come round within the years from here to 2099; what does not fall due in these never does.</summary>
    private static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Beyond it a zone's offset may lead out of the calendar.</summary>
    private static readonly DateTimeOffset Latest = new(9990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(CronExpression expression, TimeZoneInfo zone, string text)
    {
        _expression = expression;
        _zone = zone;
        Text = text;
    }

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>Reads a cron line of 5 fields, or 6 with seconds first.</summary>
    /// <param name="line">Such as <c>0 2 * * *</c>.</param>
    /// <param name="timeZone">An IANA or Windows id, such as <c>Europe/Berlin</c>.</param>
    /// <exception cref="FormatException">The line or the zone cannot be read, or the line never falls due; the message says why and what is allowed.</exception>
    public static CronSchedule Parse(string line, string timeZone)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
        {
            throw new FormatException($"\"{timeZone}\" is not a time zone of this machine; allowed: an id such as UTC or Europe/Berlin");
        }

        var fields = Fields(line);
        try
        {
            var expression = CronExpression.Parse(string.Join(' ', fields), fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            return expression.GetNextOccurrence(LongAgo, zone) is not null
                ? new CronSchedule(expression, zone, TextOf(line, zone.Id))
                : throw new FormatException(
                    $"\"{line}\" never falls due, no year has such a day; allowed: a day that there is, or no schedule for what is not to run by itself");
        }
        catch (CronFormatException e)
        {
            throw new FormatException(
                $"\"{line}\" is not a cron line ({e.Message}); allowed: 5 fields (minute hour day month weekday) or 6 with seconds first", e);
        }
    }

    /// <summary>How a schedule is shown, whether or not it can be read here.</summary>
    public static string TextOf(string line, string timeZone)
    {
        ArgumentNullException.ThrowIfNull(line);
        return $"{string.Join(' ', Fields(line))} {timeZone}";
    }

    private static string[] Fields(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc/>
    public DateTimeOffset? NextAfter(DateTimeOffset moment) =>
        moment < Latest ? _expression.GetNextOccurrence(moment, _zone)?.ToUniversalTime() : null;
}
