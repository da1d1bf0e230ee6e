namespace CvpActors.Domain.Purges;

/// <summary>
/// Reads a time as programs write it in text: <c>YYYY-MM-DD</c>, or that and <c>HH:MM</c>, <c>HH:MM:SS</c> or <c>HH:MM:SS.fff…</c>
/// after a <c>T</c> or a space, with <c>Z</c> or an offset at its end; without one it is UTC. It is strict: what may be read in two ways,
/// and a day that the calendar does not have, is no time.
/// </summary>
public static class WrittenTime
{
    private const int DateLength = 10;
    private const int MostOffsetHours = 14;

    /// <summary>The moment that a text names.</summary>
    /// <param name="text">The text, ASCII or UTF-8.</param>
    /// <param name="unixMilliseconds">Milliseconds since 1970-01-01 UTC; a fraction of one is cut off towards the past.</param>
    /// <returns>False when the text is no time.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        if (text.Length < DateLength || text[4] != '-' || text[7] != '-'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        long sinceMidnight = 0;
        var rest = text[DateLength..];
        if (!rest.IsEmpty && !TryReadTimeOfDay(rest, out sinceMidnight))
        {
            return false;
        }

        var days = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Subtract(DateTime.UnixEpoch).Days;
        unixMilliseconds = (days * 86_400_000L) + sinceMidnight;
        return true;
    }

    /// <param name="rest">What follows the date, with its separator.</param>
    /// <param name="milliseconds">Since the midnight of that date in UTC; an offset takes it beyond the day.</param>
    private static bool TryReadTimeOfDay(ReadOnlySpan<byte> rest, out long milliseconds)
    {
        milliseconds = 0;
        if (rest.Length < 6 || rest[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || rest[3] != ':'
            || !Digits(rest[1..3], out var hour) || !Digits(rest[4..6], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        milliseconds = ((hour * 60L) + minute) * 60_000;
        rest = rest[6..];
        if (rest.Length >= 3 && rest[0] == ':')
        {
            if (!Digits(rest[1..3], out var second) || second > 59)
            {
                return false;
            }

            milliseconds += second * 1000L;
            rest = rest[3..];
            if (rest.Length >= 2 && rest[0] is (byte)'.' or (byte)',')
            {
                var digits = 1;
                for (var unit = 100; digits < rest.Length && rest[digits] is >= (byte)'0' and <= (byte)'9'; digits++, unit /= 10)
                {
                    milliseconds += (rest[digits] - '0') * unit;
                }

                if (digits == 1)
                {
                    return false;
                }

                rest = rest[digits..];
            }
        }

        if (rest.IsEmpty || (rest.Length == 1 && rest[0] is (byte)'Z' or (byte)'z'))
        {
            return true;
        }

        var read = TryReadOffset(rest, out var offsetMinutes);
        milliseconds -= offsetMinutes * 60_000L;
        return read;
    }

    /// <summary>+HH:MM, +HHMM or +HH.</summary>
    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        var minutesAt = text.Length switch { 6 when text[3] == ':' => 4, 5 => 3, 3 => 0, _ => -1 };
        var odd = 0;
        if (minutesAt < 0 || text[0] is not ((byte)'+' or (byte)'-') || !Digits(text[1..3], out var hours) || hours > MostOffsetHours
            || (minutesAt > 0 && (!Digits(text[minutesAt..], out odd) || odd > 59)))
        {
            return false;
        }

        minutes = ((hours * 60) + odd) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}
