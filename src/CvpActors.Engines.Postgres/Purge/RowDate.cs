using System.Globalization;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Whether a row of one category is young, old or cannot be dated, as expressions in SQL: the one place where a date is read, for purge, dry run
/// and survey alike. Where the column's type has an order in time it is compared as it is, so that indexes and partitions count.
/// </summary>
internal sealed class RowDate
{
    private static readonly string[] NativeTypes = ["timestamptz", "timestamp", "date"];
    private static readonly string[] WholeTypes = ["int2", "int4", "int8"];
    private static readonly string[] NumberTypes = [.. WholeTypes, "numeric", "float4", "float8"];
    private static readonly string[] TextTypes = ["text", "varchar", "bpchar"];

    private readonly string _column;
    private readonly string _type;
    private readonly TimestampFormat _format;
    private readonly long _latest;

    /// <param name="category">The column and its format.</param>
    /// <param name="column">The column's name, quoted.</param>
    /// <param name="type">Its type's name in the catalogue, a domain's base.</param>
    /// <param name="now">From which retention counts back.</param>
    public RowDate(RetentionCategory category, string column, string type, DateTimeOffset now)
    {
        _column = column;
        _type = type;
        _format = category.TimestampFormat;
        _latest = DatableSpan.LatestAt(now).ToUnixTimeMilliseconds();
        OlderThan = now - category.Retain;
    }

    /// <summary>Rows dated before this moment are old.</summary>
    public DateTimeOffset OlderThan { get; }

    /// <summary>Whether the order of the column's values is that of time.</summary>
    public bool IsInOrder => _format != TimestampFormat.Iso8601;

    /// <summary>Why a column cannot be dated in a format; null where it can.</summary>
    public static string? Objection(RetentionCategory category, string type)
    {
        var allowed = category.TimestampFormat switch
        {
            TimestampFormat.Native => NativeTypes,
            TimestampFormat.Iso8601 => TextTypes,
            _ => NumberTypes,
        };
        if (allowed.Contains(type))
        {
            return null;
        }

        var fitting = NativeTypes.Contains(type) ? "native" : NumberTypes.Contains(type) ? "unix-seconds or unix-milliseconds" : TextTypes.Contains(type) ? "iso8601" : "none";
        return $"dates its rows by \"{category.TimestampColumn}\", which is of type {type}: that is not read as {TimestampFormats.Named.First(n => n.Format == category.TimestampFormat).Name}; "
            + $"allowed for this type: timestamp-format = {fitting}";
    }

    public string IsOld(string row) => $"({Value(row)} >= {Literal(DatableSpan.Earliest.ToUnixTimeMilliseconds(), up: true)} AND {Value(row)} < {Literal(OlderThan.ToUnixTimeMilliseconds(), up: true)})";

    public string IsUndatable(string row) =>
        $"({Value(row)} IS NULL OR {Value(row)} < {Literal(DatableSpan.Earliest.ToUnixTimeMilliseconds(), up: true)} OR {Value(row)} > {Literal(_latest, up: false)})";

    /// <summary>Whether it has a date that is believed.</summary>
    public string HasDate(string row) =>
        $"({Value(row)} >= {Literal(DatableSpan.Earliest.ToUnixTimeMilliseconds(), up: true)} AND {Value(row)} <= {Literal(_latest, up: false)})";

    /// <summary>What stays: not old, one that cannot be dated among them.</summary>
    public string Stays(string row) =>
        $"({Value(row)} >= {Literal(OlderThan.ToUnixTimeMilliseconds(), up: true)} OR {Value(row)} IS NULL OR {Value(row)} < {Literal(DatableSpan.Earliest.ToUnixTimeMilliseconds(), up: true)})";

    /// <summary>Whether it is dated and not old: what stays and shows that the dates are read as they are meant.</summary>
    public string IsYoung(string row) => $"({Value(row)} >= {Literal(OlderThan.ToUnixTimeMilliseconds(), up: true)} AND {Value(row)} <= {Literal(_latest, up: false)})";

    /// <summary>What rows are put in order of time by.</summary>
    public string Value(string row) => _format == TimestampFormat.Iso8601 ? Written($"{row}.{_column}") : $"{row}.{_column}";

    /// <summary>Milliseconds since 1970, of an expression that has the value of a row with a date.</summary>
    public string Moment(string value) => _format switch
    {
        TimestampFormat.Native => $"floor(extract(epoch FROM {value}) * 1000)::int8",
        TimestampFormat.UnixSeconds => $"floor({value}::numeric * 1000)::int8",
        _ => $"floor({value}::numeric)::int8",
    };

    /// <summary>The moment of a partition's bound, as the catalogue writes it; null when it is none.</summary>
    public DateTimeOffset? OfBound(string text)
    {
        if (_format == TimestampFormat.Native)
        {
            return WrittenTime.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out var moment) ? DateTimeOffset.FromUnixTimeMilliseconds(moment) : null;
        }

        var millisecondsPerUnit = _format == TimestampFormat.UnixSeconds ? 1000m : 1m;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number * millisecondsPerUnit is >= 0 and <= 253_402_300_799_999m
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(number * millisecondsPerUnit))
            : null;
    }

    /// <summary>A moment as a bound of a partition.</summary>
    public string ToBound(DateTimeOffset moment) => _type switch
    {
        "timestamptz" => $"'{moment.UtcDateTime:yyyy-MM-dd HH:mm:ss}+00'",
        "timestamp" => $"'{moment.UtcDateTime:yyyy-MM-dd HH:mm:ss}'",
        "date" => $"'{moment.UtcDateTime:yyyy-MM-dd}'",
        _ => $"{(_format == TimestampFormat.UnixSeconds ? moment.ToUnixTimeSeconds() : moment.ToUnixTimeMilliseconds())}",
    };

    /// <param name="milliseconds">The moment.</param>
    /// <param name="up">Where the column counts in whole seconds, which of the two beside it.</param>
    private string Literal(long milliseconds, bool up)
    {
        if (_format == TimestampFormat.Native)
        {
            var text = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
            return _type == "timestamptz" ? $"timestamptz '{text}+00'" : $"timestamp '{text}'";
        }

        if (_format != TimestampFormat.UnixSeconds)
        {
            return milliseconds.ToString(CultureInfo.InvariantCulture);
        }

        var seconds = milliseconds / 1000m;
        return (WholeTypes.Contains(_type) ? up ? Math.Ceiling(seconds) : Math.Floor(seconds) : seconds).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// As <see cref="WrittenTime"/> reads it. A cast of what is no time would end the whole statement, so it is only made of what must be one, the
    /// days of the month included.
    /// </summary>
    private static string Written(string text)
    {
        var year = $"substr({text}, 1, 4)::int";
        var days = $"CASE WHEN substr({text}, 6, 2) IN ('04', '06', '09', '11') THEN 30 WHEN substr({text}, 6, 2) <> '02' THEN 31 "
            + $"WHEN {year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0) THEN 29 ELSE 28 END";
        const string Form = "^(1989|199[0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?([Zz]|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$";
        return $"(CASE WHEN {text} ~ '{Form}' THEN CASE WHEN substr({text}, 9, 2)::int <= {days} "
            + $"THEN floor(extract(epoch FROM translate({text}, ',', '.')::timestamptz) * 1000)::int8 END END)";
    }
}
