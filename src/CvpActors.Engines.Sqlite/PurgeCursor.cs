namespace CvpActors.Engines.Sqlite;

/// <summary>
/// One pass over a table in key order that hands out the keys of old rows, batch by batch. Every row is looked at once, so a
/// purge takes time in proportion to the table, whether or not the timestamp is indexed.
/// </summary>
/// <remarks>
/// Each read ends after a limited number of rows, old or not: with a rollback journal a reader keeps writers waiting, and in WAL
/// mode it keeps the log from being cut.
/// </remarks>
internal sealed class PurgeCursor : IDisposable
{
    private const int RowsPerRead = 16_384;

    private readonly int _keyColumns;
    private readonly SqliteStatement _fromStart;
    private readonly SqliteStatement _afterKey;
    private object?[]? _last;

    public PurgeCursor(SqliteSession session, PurgeTable table, TimestampCondition condition)
    {
        _keyColumns = table.Key.Count;
        _fromStart = session.Prepare(table.SelectSql(condition, afterKey: false));
        _afterKey = session.Prepare(table.SelectSql(condition, afterKey: true));
        _fromStart.Bind(1, condition.Cutoff);
        _afterKey.Bind(1, condition.Cutoff);
    }

    /// <summary>Whether the table's end has been reached.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Rows looked at since <see cref="StartBatch"/>, old or not.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Counts <see cref="RowsRead"/> anew.</summary>
    public void StartBatch() => RowsRead = 0;

    /// <summary>Reads on and adds the keys of old rows, until there are <paramref name="wanted"/>, the read is long enough, or the end.</summary>
    public void Read(List<object?[]> keys, int wanted, CancellationToken cancellation)
    {
        var read = _last is null ? _fromStart : _afterKey;
        for (var i = 0; _last is not null && i < _keyColumns; i++)
        {
            read.Bind(PurgeTable.FirstKeyParameter + i, _last[i]);
        }

        try
        {
            for (var rows = 1; keys.Count < wanted && rows <= RowsPerRead; rows++)
            {
                if (!read.Step(cancellation))
                {
                    AtEnd = true;
                    return;
                }

                RowsRead++;
                if (read.Long(_keyColumns) != 0)
                {
                    keys.Add(_last = ReadKey(read));
                }
                else if (rows == RowsPerRead)
                {
                    _last = ReadKey(read);
                }
            }
        }
        finally
        {
            read.Reset();
        }
    }

    public void Dispose()
    {
        _fromStart.Dispose();
        _afterKey.Dispose();
    }

    private object?[] ReadKey(SqliteStatement read)
    {
        var key = new object?[_keyColumns];
        for (var i = 0; i < _keyColumns; i++)
        {
            key[i] = read.Value(i);
        }

        return key;
    }
}
