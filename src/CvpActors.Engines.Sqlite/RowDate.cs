using System.Globalization;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>The moment that a stored value names. The one place where it is read, for purge, dry run and survey alike.</summary>
internal static class RowDate
{
    private const double JulianDayOfUnixEpoch = 2440587.5;
    private const double MillisecondsPerDay = 86_400_000;
    private const int LongestNumber = 24;

    private static readonly double Earliest = DatableSpan.Earliest.ToUnixTimeMilliseconds();
    private static readonly double Latest = DatableSpan.Latest.ToUnixTimeMilliseconds();

    /// <summary>Milliseconds since 1970-01-01 UTC; null when the value is no date of that format, or lies before 1990 or beyond the year 9999.</summary>
    /// <param name="format">How the column stores its time.</param>
    /// <param name="value">A value as <see cref="SqliteStatement.Value"/> gives it.</param>
    public static long? Of(TimestampFormat format, object? value) => value switch
    {
        long number => OfNumber(format, number, isReal: false),
        double number => OfNumber(format, number, isReal: true),
        StoredText text => OfText(format, text.Utf8),
        _ => null,
    };

    /// <summary>As <see cref="Of"/>, of a text's bytes.</summary>
    public static long? OfText(TimestampFormat format, ReadOnlySpan<byte> text) => format switch
    {
        TimestampFormat.Iso8601 or TimestampFormat.Native => WrittenTime.TryRead(text, out var moment) && moment >= Earliest && moment <= Latest ? moment : null,
        _ => TryReadNumber(text, out var number) ? OfNumber(format, number, isReal: true) : null,
    };

    /// <summary>As <see cref="Of"/>, of a number.</summary>
    public static long? OfNumber(TimestampFormat format, double number, bool isReal)
    {
        var moment = Math.Floor(format switch
        {
            TimestampFormat.UnixSeconds => number * 1000,
            TimestampFormat.UnixMilliseconds => number,

            // What SQLite's own functions make of a REAL: days since noon of 4714 B.C. No count of seconds of these years looks like it.
            TimestampFormat.Native when isReal => Math.Round((number - JulianDayOfUnixEpoch) * MillisecondsPerDay),
            _ => double.NaN,
        });
        return moment >= Earliest && moment <= Latest ? (long)moment : null;
    }

    /// <summary>Digits with at most one point between them. SQLite itself would take any text for a number, and "1.2.3" for 1.2.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        var points = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.' && i > 0 && i < text.Length - 1)
            {
                points++;
            }
            else if (text[i] is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
        }

        return text.Length is > 0 and <= LongestNumber && points <= 1
            && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
