using System.Globalization;
using CvpActors.Domain.Purges;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Whether a row of one category is young, old or cannot be dated, as an expression in SQL. Numbers are compared by SQLite itself; a text
/// goes through <see cref="RowDate"/>, so that purge, dry run and survey cannot differ.
/// </summary>
internal sealed class RowState
{
    public const int Young = 0;
    public const int Old = 1;
    public const int Undatable = 2;

    private readonly string _column;
    private readonly string _function;
    private readonly TimestampFormat _format;
    private readonly long _olderThan;
    private readonly long _latest;

    /// <summary>Makes the expression known to a session.</summary>
    /// <param name="session">The connection on which it is used.</param>
    /// <param name="category">The column and its format.</param>
    /// <param name="number">The category's number, which tells its function from those of others.</param>
    /// <param name="now">From which retention counts back.</param>
    public RowState(SqliteSession session, RetentionCategory category, int number, DateTimeOffset now)
    {
        _column = SqliteIdentifier.Quote(category.TimestampColumn);
        _function = $"cvp_row_state_{number}";
        _format = category.TimestampFormat;
        OlderThan = now - category.Retain;
        _olderThan = OlderThan.ToUnixTimeMilliseconds();
        _latest = DatableSpan.LatestAt(now).ToUnixTimeMilliseconds();
        session.Check(raw.sqlite3_create_function(session.Handle, _function, 1, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, Answer));
    }

    /// <summary>Rows dated before this moment are old.</summary>
    public DateTimeOffset OlderThan { get; }

    /// <param name="row">The table's name or alias.</param>
    public string Sql(string row)
    {
        var value = $"{row}.{_column}";
        if (_format is not (TimestampFormat.UnixSeconds or TimestampFormat.UnixMilliseconds))
        {
            return $"{_function}({value})";
        }

        // No call from SQLite into here for what nearly every row has: that would cost more than all the rest.
        var compared = $"CASE WHEN {value} < {InUnit(_olderThan)} THEN CASE WHEN {value} >= {InUnit(DatableSpan.Earliest.ToUnixTimeMilliseconds())}"
            + $" THEN {Old} ELSE {Undatable} END WHEN {value} <= {InUnit(_latest)} THEN {Young} ELSE {Undatable} END";
        return $"CASE typeof({value}) WHEN 'integer' THEN {compared} WHEN 'real' THEN {compared} ELSE {_function}({value}) END";
    }

    private string InUnit(long milliseconds) => _format == TimestampFormat.UnixMilliseconds
        ? milliseconds.ToString(CultureInfo.InvariantCulture)
        : (milliseconds / 1000m).ToString("F3", CultureInfo.InvariantCulture);

    private void Answer(sqlite3_context context, object data, sqlite3_value[] arguments)
    {
        var moment = raw.sqlite3_value_type(arguments[0]) switch
        {
            raw.SQLITE_TEXT => OfText(arguments[0]),
            raw.SQLITE_FLOAT => RowDate.OfNumber(_format, raw.sqlite3_value_double(arguments[0]), isReal: true),
            raw.SQLITE_INTEGER => RowDate.OfNumber(_format, raw.sqlite3_value_int64(arguments[0]), isReal: false),
            _ => null,
        };
        raw.sqlite3_result_int(context, moment is not { } known || known > _latest ? Undatable : known < _olderThan ? Old : Young);
    }

    private long? OfText(sqlite3_value value)
    {
        // Text first: in a database of UTF-16 this is what makes the bytes UTF-8.
        _ = raw.sqlite3_value_text(value);
        return RowDate.OfText(_format, raw.sqlite3_value_blob(value));
    }
}
