namespace CvpActors.Engines.Sqlite;

/// <summary>
/// One pass over a table in key order that tells the verdict on each row, and hands out the keys of those that are old. Every row is looked
/// at once, so a purge takes time in proportion to the table, whether or not the timestamp is indexed.
/// </summary>
/// <remarks>
/// Each read ends after a limited number of rows, old or not: with a rollback journal a reader keeps writers waiting, and in WAL
/// mode it keeps the log from being cut.
/// </remarks>
internal sealed class PurgeCursor : IDisposable
{
    private const int RowsPerRead = 16_384;

    private readonly PurgeTable _table;
    private readonly SqliteStatement _fromStart;
    private readonly SqliteStatement _afterKey;
    private readonly string _path;
    private object?[]? _last;

    /// <param name="session">Where to read.</param>
    /// <param name="table">The table.</param>
    /// <param name="verdict">An expression of the row <c>p</c>; rows for which it is <see cref="RowState.Old"/> have their keys handed out.</param>
    public PurgeCursor(SqliteSession session, PurgeTable table, string verdict)
    {
        _table = table;
        _path = session.Path;
        _fromStart = session.Prepare(table.WalkSql(verdict, afterKey: false));
        _afterKey = session.Prepare(table.WalkSql(verdict, afterKey: true));
    }

    /// <summary>Whether the table's end has been reached.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Rows looked at since <see cref="StartBatch"/>, old or not.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Counts <see cref="RowsRead"/> anew.</summary>
    public void StartBatch() => RowsRead = 0;

    /// <summary>Reads on and adds the keys of old rows, until there are <paramref name="wanted"/>, the read is long enough, or the end.</summary>
    /// <param name="keys">Where the keys go.</param>
    /// <param name="wanted">How many there shall be at most.</param>
    /// <param name="told">Is told the verdict on each row.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="SqliteDatabaseException">The pass does not get on.</exception>
    public void Read(List<object?[]> keys, int wanted, Action<long> told, CancellationToken cancellation)
    {
        var before = _last;
        var read = before is null ? _fromStart : _afterKey;
        read.BindKey(1, before ?? []);

        try
        {
            for (var rows = 1; keys.Count < wanted && rows <= RowsPerRead; rows++)
            {
                if (!read.Step(cancellation))
                {
                    AtEnd = true;
                    break;
                }

                RowsRead++;
                var verdict = read.Long(_table.Key.Count);
                told(verdict);
                if (verdict == RowState.Old)
                {
                    keys.Add(_last = read.Key(_table.Key.Count));
                }
                else if (rows == RowsPerRead)
                {
                    _last = read.Key(_table.Key.Count);
                }
            }
        }
        finally
        {
            read.Reset();
        }

        // Reading on from a key leads to a later one, always. If a key ever came back other than it was stored, the pass would end where it
        // began, and go on for ever.
        if (before is not null && !AtEnd && before.Zip(_last!).All(pair => IsSame(pair.First, pair.Second)))
        {
            throw new SqliteDatabaseException($"the purge of {_table.PlainName} in {_path} makes no progress: reading on from a key leads to the same key");
        }
    }

    public void Dispose()
    {
        _fromStart.Dispose();
        _afterKey.Dispose();
    }

    private static bool IsSame(object? one, object? other) => (one, other) switch
    {
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (StoredText a, StoredText b) => a.Utf8.AsSpan().SequenceEqual(b.Utf8),
        _ => Equals(one, other),
    };
}
