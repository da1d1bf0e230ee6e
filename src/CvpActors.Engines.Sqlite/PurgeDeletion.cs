using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>Deletes the rows of one batch, inside the caller's transaction.</summary>
/// <remarks>
/// Where most rows between the first and the last key are old, one statement for all of them takes half the time of one for each.
/// It says again what is old, so it is as exact. Row by row goes what is far apart, because looking at all the rows between would
/// keep writers waiting, and a batch with rows that foreign keys protect, because a statement deletes all of its rows or none.
/// </remarks>
internal sealed class PurgeDeletion : IDisposable
{
    private const int RowsReadPerOldRow = 4;

    private readonly SqliteSession _session;
    private readonly int _firstEndParameter;
    private readonly SqliteStatement _row;
    private readonly SqliteStatement _range;

    public PurgeDeletion(SqliteSession session, PurgeTable table, TimestampCondition condition)
    {
        _session = session;
        _firstEndParameter = table.FirstEndParameter;
        _row = session.Prepare(table.DeleteRowSql(condition));
        _range = session.Prepare(table.DeleteRangeSql(condition));
        _row.Bind(1, condition.Cutoff);
        _range.Bind(1, condition.Cutoff);
    }

    /// <param name="keys">The rows, in key order.</param>
    /// <param name="rowsRead">How many rows there are between the first and the last, old or not.</param>
    /// <returns>Rows deleted. Rows that newer rows refer to by a foreign key stay until those are old as well.</returns>
    /// <exception cref="SqliteDatabaseException">A row could not be deleted for any other reason.</exception>
    public long Delete(List<object?[]> keys, long rowsRead)
    {
        if (rowsRead <= (long)keys.Count * RowsReadPerOldRow)
        {
            Bind(_range, PurgeTable.FirstKeyParameter, keys[0]);
            Bind(_range, _firstEndParameter, keys[^1]);
            if (TryRun(_range, out var rows))
            {
                return rows;
            }
        }

        long deleted = 0;
        foreach (var key in keys)
        {
            Bind(_row, PurgeTable.FirstKeyParameter, key);
            if (TryRun(_row, out var rows))
            {
                deleted += rows;
            }
        }

        return deleted;
    }

    public void Dispose()
    {
        _row.Dispose();
        _range.Dispose();
    }

    private bool TryRun(SqliteStatement statement, out long rows)
    {
        var result = statement.TryStep();
        statement.Reset();
        rows = result == raw.SQLITE_DONE ? raw.sqlite3_changes(_session.Handle) : 0;
        return result is raw.SQLITE_DONE or raw.SQLITE_CONSTRAINT_FOREIGNKEY ? result == raw.SQLITE_DONE : throw _session.Failure(result);
    }

    private static void Bind(SqliteStatement statement, int firstParameter, object?[] key)
    {
        for (var i = 0; i < key.Length; i++)
        {
            statement.Bind(firstParameter + i, key[i]);
        }
    }
}
