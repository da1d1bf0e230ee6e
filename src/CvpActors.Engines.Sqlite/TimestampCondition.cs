using System.Globalization;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// "This row is dated before the cutoff" in SQL, for one column and format; parameter 1 is the cutoff.
/// A value that is not a date of the configured format (null, empty, another format) is never old: what cannot be dated is kept.
/// </summary>
/// <param name="Sql">The condition.</param>
/// <param name="Cutoff">What to bind.</param>
internal sealed record TimestampCondition(string Sql, object Cutoff)
{
    private const string Date = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";

    /// <summary>Builds the condition for rows dated before <paramref name="olderThan"/>.</summary>
    public static TimestampCondition Create(string column, TimestampFormat format, DateTimeOffset olderThan)
    {
        var name = SqliteIdentifier.Quote(column);
        return format switch
        {
            TimestampFormat.UnixSeconds => new(Number(name), olderThan.ToUnixTimeMilliseconds() / 1000.0),
            TimestampFormat.UnixMilliseconds => new(Number(name), olderThan.ToUnixTimeMilliseconds()),

            // Text is compared as text. The cutoff is cut to its second and ends there, so that neither a fraction nor a "Z" in a row
            // ever makes it look older than it is; a row may stay a second longer.
            TimestampFormat.Iso8601 => new(Text(name, Date + "T*"), Format(olderThan, 'T')),
            TimestampFormat.Native => new(Text(name, Date, Date + " *"), Format(olderThan, ' ')),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "unknown timestamp format"),
        };
    }

    // CASE, because AND and OR would compute both sides for every row, and matching a pattern costs more than all the rest.
    // The plus keeps SQLite from walking an index on the column: rows are walked by their key, whatever the statistics say.
    // SQLite sorts every text above every number, so numbers that are stored as text are compared as what they mean.
    private static string Number(string name) =>
        $"CASE typeof({name}) WHEN 'integer' THEN +{name} < ?1 WHEN 'real' THEN +{name} < ?1"
        + $" WHEN 'text' THEN CASE WHEN {name} GLOB '[0-9]*' AND {name} NOT GLOB '*[^0-9.]*' THEN CAST({name} AS NUMERIC) < ?1 END END";

    private static string Text(string name, params string[] patterns) =>
        $"CASE WHEN typeof({name}) = 'text' THEN CASE WHEN +{name} < ?1 THEN "
        + string.Join(" OR ", patterns.Select(pattern => $"{name} GLOB '{pattern}'")) + " END END";

    private static string Format(DateTimeOffset moment, char separator) =>
        moment.UtcDateTime.ToString($"yyyy-MM-dd'{separator}'HH:mm:ss", CultureInfo.InvariantCulture);
}
