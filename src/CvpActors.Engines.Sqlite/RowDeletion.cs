using System.Diagnostics.CodeAnalysis;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>What became of one row.</summary>
internal enum RowEnd
{
    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>A row refers to it.</summary>
    Held,

    /// <summary>The database refused it, now or before.</summary>
    Refused,

    /// <summary>It is not there, or not old.</summary>
    NotOld,
}

/// <summary>Deletes single rows of one category inside the caller's transaction. A row that the database refuses leaves all others as they are.</summary>
internal sealed class RowDeletion : IDisposable
{
    private const int DeferredForeignKeys = 10;

    private readonly SqliteSession _session;
    private readonly PurgeTarget _target;
    private readonly Referrers _referrers;
    private readonly SqliteStatement _look;
    private readonly SqliteStatement _delete;
    private readonly List<(PurgeTarget Parent, SqliteStatement Find)> _references = [];

    public RowDeletion(SqliteSession session, PurgeSchema schema, IReadOnlyList<PurgeTarget> group, PurgeTarget target)
    {
        _session = session;
        _target = target;
        _referrers = new Referrers(session, target, group.Any(t => t.IsTried));
        var table = target.Table;
        var wasRefused = target.IsTried ? $"EXISTS (SELECT 1 FROM {target.RefusedTable} AS r WHERE {target.IsAbout("r", "p")})" : "0";
        _look = session.Prepare($"SELECT {wasRefused}, {_referrers.HolderOf("p")} FROM {table.Name} AS p WHERE {table.KeyIs("p", 1)} AND {target.IsOld("p")}");
        _delete = session.Prepare($"DELETE FROM {table.Name} AS p WHERE {table.KeyIs("p", 1)} AND {target.IsOld("p")}");
        foreach (var key in schema.ReferencesInto(group, table))
        {
            var parent = schema.TargetOf(key.Parent)!;
            _references.Add((parent, session.Prepare(
                $"SELECT {parent.Table.KeyOf("p")} FROM {table.Name} AS c JOIN {parent.Table.Name} AS p ON {key.Matches("c", "p")} WHERE {table.KeyIs("c", 1)}")));
        }
    }

    /// <summary>The database's words when it last refused a row.</summary>
    public string LastReason { get; private set; } = "";

    /// <summary>The tables in temp that triggers of ours write to.</summary>
    public IEnumerable<string> OwnNotes => _referrers.OwnNotes;

    /// <summary>How many rows stand in the tables of <see cref="OwnNotes"/> of the whole group: those are not the database's changes.</summary>
    public Func<long> RowsNoted { get; set; } = () => 0;

    /// <summary>Makes ready for a transaction before it begins, while nobody has to wait.</summary>
    public void Prepare() => _referrers.Prepare();

    /// <summary>Makes ready for the rows of one transaction.</summary>
    public void BeginBatch() => _referrers.Refresh();

    /// <summary>The transaction was rolled back.</summary>
    public void Forget() => _referrers.Forget();

    /// <summary>Deletes a row if it is old and nothing refers to it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="freed">Is given the rows that it referred to, which may be free to go now.</param>
    /// <param name="evenIfHeld">Does not ask who refers to it: all who do go in the same transaction.</param>
    /// <param name="cascaded">How many rows the database deleted or changed along with it.</param>
    /// <exception cref="BatchLostException">The database took the whole transaction back.</exception>
    public RowEnd Delete(object?[] key, Action<PurgeTarget, object?[]>? freed, bool evenIfHeld, out long cascaded)
    {
        cascaded = 0;
        _look.BindKey(1, key);
        var (isOld, wasRefused, holder) = _look.Step() ? (true, _look.Long(0) != 0, _look.Long(1)) : default;
        _look.Reset();
        if (!isOld)
        {
            return RowEnd.NotOld;
        }

        if (wasRefused)
        {
            return RowEnd.Refused;
        }

        if (holder >= 0 && !evenIfHeld)
        {
            return RowEnd.Held;
        }

        var parents = freed is null ? [] : Parents(key);
        if (!TryDelete(key, out var reason, out cascaded))
        {
            LastReason = reason;
            Refuse(key, reason);
            return RowEnd.Refused;
        }

        foreach (var (parent, parentKey) in parents)
        {
            freed!(parent, parentKey);
        }

        return RowEnd.Deleted;
    }

    /// <summary>Remembers that the database does not let a row go.</summary>
    public void Refuse(object?[] key, string reason)
    {
        var parameters = string.Join(", ", Enumerable.Range(1, key.Length + 1).Select(i => $"?{i}"));
        using var note = _session.Prepare($"INSERT OR REPLACE INTO {_target.RefusedTable}({_target.NotedKey}, reason) VALUES ({parameters})");
        note.BindKey(1, [.. key, reason]);
        note.Run();
    }

    public void Dispose()
    {
        _look.Dispose();
        _delete.Dispose();
        foreach (var (_, find) in _references)
        {
            find.Dispose();
        }
    }

    private List<(PurgeTarget Parent, object?[] Key)> Parents(object?[] key)
    {
        var found = new List<(PurgeTarget, object?[])>();
        foreach (var (parent, find) in _references)
        {
            find.BindKey(1, key);
            while (find.Step())
            {
                found.Add((parent, find.Key(parent.Table.Key.Count)));
            }

            find.Reset();
        }

        return found;
    }

    private bool TryDelete(object?[] key, [NotNullWhen(false)] out string? reason, out long cascaded)
    {
        reason = null;
        cascaded = 0;
        _delete.BindKey(1, key);
        if (!_target.IsTried)
        {
            _delete.Run();
            return true;
        }

        // What a trigger did before it refused is taken back with the row.
        _session.Execute("SAVEPOINT cvp_row");
        var before = OthersChanges();
        var result = _delete.TryRun(out var rows);
        if ((result & 0xff) == raw.SQLITE_CONSTRAINT)
        {
            reason = _session.LastError;
            if (raw.sqlite3_get_autocommit(_session.Handle) != 0)
            {
                throw new BatchLostException(_target, key, reason);
            }
        }
        else
        {
            _session.Check(result);
            reason = rows == 0 ? "a trigger ignores the deletion" : BreaksDeferredKey() ? "FOREIGN KEY constraint failed" : null;
            cascaded = _target.Category.CascadeAllowed ? OthersChanges() - before - rows : 0;
        }

        if (reason is not null)
        {
            cascaded = 0;
            _session.Execute("ROLLBACK TO cvp_row");
        }

        _session.Execute("RELEASE cvp_row");
        return reason is null;
    }

    private long OthersChanges() => _target.Category.CascadeAllowed ? raw.sqlite3_total_changes(_session.Handle) - RowsNoted() : 0;

    // A deferred key that is broken would be told at the commit only, and take the whole batch back.
    private bool BreaksDeferredKey()
    {
        _ = raw.sqlite3_db_status(_session.Handle, DeferredForeignKeys, out var broken, out _, 0);
        return broken != 0;
    }
}

/// <summary>A trigger said <c>RAISE(ROLLBACK)</c>: the row may not go, and the rest of its batch is to be done again.</summary>
internal sealed class BatchLostException(PurgeTarget target, object?[] key, string reason) : Exception(reason)
{
    public PurgeTarget Target { get; } = target;

    public object?[] Key { get; } = key;
}
