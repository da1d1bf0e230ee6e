using System.Collections.Immutable;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Looks at what a purge would meet: the rows at both ends of a table, in the order of its key and of an index on its timestamps. Only where
/// all of those are old, the rest is read until one is found that is not.
/// </summary>
internal sealed class SqliteSurvey
{
    /// <summary>Rows looked at from each end of a table. Milliseconds; and most tables are younger at one end than at the other.</summary>
    private const int RowsAtAnEnd = 20_000;

    private readonly SqliteSession _session;
    private readonly RetentionCategory _category;
    private readonly PurgeTable _table;
    private readonly string _column;
    private readonly RowState _state;
    private readonly DateTimeOffset _latest;
    private readonly CancellationToken _cancellation;
    private long? _newest;
    private long? _oldest;
    private bool _hasOld;
    private bool _rowsStay;

    private SqliteSurvey(SqliteSession session, RetentionCategory category, PurgeTable table, RowState state, DateTimeOffset asOf, CancellationToken cancellation)
    {
        _session = session;
        _category = category;
        _table = table;
        _column = SqliteIdentifier.Quote(category.TimestampColumn);
        _state = state;
        _latest = DatableSpan.LatestAt(asOf);
        _cancellation = cancellation;
    }

    /// <exception cref="SqliteDatabaseException">The database, a table or a column cannot be read.</exception>
    public static PurgeSurvey Run(SqliteOptions options, PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        using var session = SqliteSession.OpenDatabase(options);
        var found = ImmutableArray.CreateBuilder<CategorySurvey>();
        foreach (var category in plan.Categories)
        {
            var table = PurgeTable.Find(session, category);
            found.Add(new SqliteSurvey(session, category, table, new RowState(session, category, found.Count, asOf), asOf, cancellation).Look());
        }

        return new PurgeSurvey(asOf, found.ToImmutable());
    }

    private CategorySurvey Look()
    {
        var complete = LookAt($"FROM {_table.Name} {Ordered("")}") < RowsAtAnEnd;
        if (!complete)
        {
            _ = LookAt($"FROM {_table.Name} {Ordered(" DESC")}");
            complete = IsIndexed() && LookAtIndex();
            ReadUntilOneStays();
        }

        return new CategorySurvey(_category.Name, _state.OlderThan, _hasOld, _rowsStay, Moment(_newest), Moment(_oldest), complete);
    }

    private string Ordered(string direction) => $"ORDER BY {string.Join(", ", _table.Key.Select(key => key + direction))}";

    /// <summary>Dates the rows of a query that names no columns.</summary>
    /// <returns>How many there were, up to <see cref="RowsAtAnEnd"/>.</returns>
    private int LookAt(string rows)
    {
        using var statement = _session.Prepare($"SELECT {_column} {rows} LIMIT {RowsAtAnEnd}", _cancellation);
        var count = 0;
        for (; statement.Step(_cancellation); count++)
        {
            _cancellation.ThrowIfCancellationRequested();
            Date(statement.Value(0));
        }

        return count;
    }

    private void Date(object? value)
    {
        // One placeholder, of the year 9999 or none at all, is no sign that anything was written lately, nor that the others are read rightly.
        if (RowDate.Of(_category.TimestampFormat, value) is not { } moment || moment > _latest.ToUnixTimeMilliseconds())
        {
            return;
        }

        var isOld = moment < _state.OlderThan.ToUnixTimeMilliseconds();
        _hasOld |= isOld;
        _rowsStay |= !isOld;
        _newest = Math.Max(_newest ?? moment, moment);
        _oldest = Math.Min(_oldest ?? moment, moment);
    }

    /// <returns>Whether that says it of all rows: numbers are in the order of time, texts with different offsets only nearly.</returns>
    private bool LookAtIndex()
    {
        var (least, most) = _category.TimestampFormat switch
        {
            TimestampFormat.UnixSeconds => ($"{DatableSpan.Earliest.ToUnixTimeSeconds()}", $"{_latest.ToUnixTimeSeconds()}"),
            TimestampFormat.UnixMilliseconds => ($"{DatableSpan.Earliest.ToUnixTimeMilliseconds()}", $"{_latest.ToUnixTimeMilliseconds()}"),
            // A written date may be a day later than the moment that it names, by its offset.
            _ => ("'1989'", _latest < DatableSpan.Latest.AddDays(-1) ? $"'{_latest.UtcDateTime.AddDays(1):yyyy-MM-dd}:'" : "':'"),
        };
        foreach (var direction in new[] { "", " DESC" })
        {
            _ = LookAt($"FROM {_table.Name} WHERE {_column} BETWEEN {least} AND {most} ORDER BY {_column}{direction}");
        }

        // Every text sorts above every number.
        return _category.TimestampFormat is TimestampFormat.UnixSeconds or TimestampFormat.UnixMilliseconds
            && _session.Ask($"SELECT 1 FROM {_table.Name} WHERE {_column} >= '' LIMIT 1", _cancellation) == 0;
    }

    private bool IsIndexed()
    {
        using var indexes = _session.Prepare(
            "SELECT 1 FROM pragma_index_list(?1) AS l JOIN pragma_index_info(l.name) AS i WHERE NOT l.partial AND i.seqno = 0 AND i.name = ?2 COLLATE NOCASE",
            _cancellation);
        indexes.Bind(1, _category.Table);
        indexes.Bind(2, _category.TimestampColumn);
        return indexes.Step(_cancellation);
    }

    private void ReadUntilOneStays()
    {
        using var cursor = new PurgeCursor(_session, _table, _state.Sql("p"));
        var keys = new List<object?[]>();
        while (!_rowsStay && !cursor.AtEnd)
        {
            _cancellation.ThrowIfCancellationRequested();
            keys.Clear();
            cursor.Read(keys, RowsAtAnEnd, Count, _cancellation);
        }
    }

    private void Count(long state)
    {
        _hasOld |= state == RowState.Old;
        _rowsStay |= state == RowState.Young;
    }

    private static DateTimeOffset? Moment(long? unixMilliseconds) =>
        unixMilliseconds is { } moment ? DateTimeOffset.FromUnixTimeMilliseconds(moment) : null;
}
