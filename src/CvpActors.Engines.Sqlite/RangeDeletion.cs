namespace CvpActors.Engines.Sqlite;

/// <summary>Deletes the rows of one batch that nothing refers to, inside the caller's transaction.</summary>
/// <remarks>
/// Where most rows between the first and the last key are old, one statement for all of them takes half the time of one for each.
/// It says again what is old, so it is as exact. Row by row goes what is far apart, because looking at all the rows between would
/// keep writers waiting.
/// </remarks>
internal sealed class RangeDeletion : IDisposable
{
    private const int RowsReadPerOldRow = 4;

    private readonly PurgeTarget _target;
    private readonly Referrers _referrers;
    private readonly SqliteStatement _row;
    private readonly SqliteStatement _range;
    private readonly SqliteStatement _keptRow;
    private readonly SqliteStatement _keptRange;

    public RangeDeletion(SqliteSession session, PurgeTarget target)
    {
        _target = target;
        _referrers = new Referrers(session, target, othersWrite: false);
        var table = target.Table;
        var holder = _referrers.HolderOf("p");
        var may = target.HeldBy.Count == 0 ? target.IsOld("p") : $"{target.IsOld("p")} AND {holder} < 0";
        _row = session.Prepare($"DELETE FROM {table.Name} AS p WHERE {table.KeyIs("p", 1)} AND {may}");
        _range = session.Prepare($"DELETE FROM {table.Name} AS p WHERE {table.KeyIsBetween("p", 1)} AND {may}");
        _keptRow = session.Prepare($"SELECT {holder}, count(*) FROM {table.Name} AS p WHERE {table.KeyIs("p", 1)} AND {target.IsOld("p")} GROUP BY 1");
        _keptRange = session.Prepare($"SELECT {holder}, count(*) FROM {table.Name} AS p WHERE {table.KeyIsBetween("p", 1)} AND {target.IsOld("p")} GROUP BY 1");
    }

    /// <summary>Makes ready for a transaction before it begins, while nobody has to wait.</summary>
    public void Prepare() => _referrers.Prepare();

    /// <param name="keys">The rows, in key order.</param>
    /// <param name="rowsRead">How many rows there are between the first and the last, old or not.</param>
    /// <param name="kept">Is told of rows that are referred to: the number of the foreign key, and how many.</param>
    /// <returns>Rows deleted.</returns>
    public long Delete(List<object?[]> keys, long rowsRead, Action<long, long> kept)
    {
        _referrers.Refresh();
        if (rowsRead <= (long)keys.Count * RowsReadPerOldRow)
        {
            return Delete(_range, _keptRange, keys.Count, [.. keys[0], .. keys[^1]], kept);
        }

        return keys.Sum(key => Delete(_row, _keptRow, 1, key, kept));
    }

    public void Dispose()
    {
        _row.Dispose();
        _range.Dispose();
        _keptRow.Dispose();
        _keptRange.Dispose();
    }

    private long Delete(SqliteStatement delete, SqliteStatement remaining, int rows, object?[] keys, Action<long, long> kept)
    {
        delete.BindKey(1, keys);
        var deleted = delete.Run();
        if (deleted != rows && _target.HeldBy.Count > 0)
        {
            remaining.BindKey(1, keys);
            while (remaining.Step())
            {
                kept(remaining.Long(0), remaining.Long(1));
            }

            remaining.Reset();
        }

        return deleted;
    }
}
