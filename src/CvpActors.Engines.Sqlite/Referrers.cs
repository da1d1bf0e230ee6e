namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Whether any row still refers to a row, for every foreign key of its table, whatever its action and timing, and whether or not anybody
/// enforces it. Asked once the write lock is held, so that the answer still holds at the commit.
/// </summary>
/// <remarks>
/// SQLite itself is not asked (<c>foreign_keys</c> is off): it refuses a whole statement for one row, says RESTRICT in other words than NO ACTION,
/// finds a deferred key broken at the commit only, deletes young rows by CASCADE, and cannot delete at all where a key names a table that is not
/// there. Where the referring columns have no index, who refers to old rows is noted in a temporary table, and noted anew
/// when another connection has written since.
/// </remarks>
internal sealed class Referrers
{
    private readonly SqliteSession _session;
    private readonly PurgeTarget _target;
    private readonly List<ForeignKey> _noted = [];
    private long _notedAt = -1;

    public Referrers(SqliteSession session, PurgeTarget target)
    {
        _session = session;
        _target = target;
        _noted.AddRange(target.HeldBy.Where(key => !IsIndexed(key)));
        Refresh();
    }

    /// <summary>Which key's rows refer to a row: its number, or -1.</summary>
    public string HolderOf(string row) => _target.HeldBy.Count == 0
        ? "-1"
        : $"CASE {string.Join(" ", _target.HeldBy.Select(key => $"WHEN {IsReferredTo(key, row)} THEN {key.Number}"))} ELSE -1 END";

    /// <summary>Makes the notes true for the present state of the database; to be called within the transaction that goes by them.</summary>
    public void Refresh()
    {
        if (_noted.Count == 0 || _session.Ask("PRAGMA data_version") is var version && version == _notedAt)
        {
            return;
        }

        foreach (var key in _noted)
        {
            Note(key);
        }

        _notedAt = version;
    }

    /// <summary>What was noted within a transaction that was rolled back is gone.</summary>
    public void Forget() => _notedAt = -1;

    private static string TableOf(ForeignKey key) => $"cvp_refers_{key.Number}";

    private string IsReferredTo(ForeignKey key, string row) => _noted.Contains(key)
        ? $"EXISTS (SELECT 1 FROM temp.{TableOf(key)} AS n JOIN {key.Child.Name} AS c ON {IsNoted(key)} WHERE {_target.IsAbout("n", row)} AND {key.Matches("c", row)})"
        : $"EXISTS (SELECT 1 FROM {key.Child.Name} AS c WHERE {key.Matches("c", row)})";

    private static string IsNoted(ForeignKey key) => string.Join(" AND ", key.Child.Key.Select((column, i) => $"c.{column} = n.c{i}"));

    private void Note(ForeignKey key)
    {
        var columns = _target.Table.Key.Select((column, i) => $"p.{column} AS k{i}").Concat(key.Child.Key.Select((column, i) => $"c.{column} AS c{i}"));
        var select = $"SELECT {string.Join(", ", columns)} FROM {key.Child.Name} AS c JOIN {key.Parent.Name} AS p ON {key.Matches("c", "p")} WHERE {_target.IsOld("p")}";
        if (_session.Ask($"SELECT 1 FROM sqlite_temp_schema WHERE name = '{TableOf(key)}'") == 0)
        {
            _session.Execute($"CREATE TEMP TABLE {TableOf(key)} AS {select}");
            _session.Execute($"CREATE INDEX temp.{TableOf(key)}_key ON {TableOf(key)}({_target.NotedKey})");
        }
        else
        {
            _session.Execute($"DELETE FROM temp.{TableOf(key)}");
            _session.Execute($"INSERT INTO temp.{TableOf(key)} {select}");
        }
    }

    private bool IsIndexed(ForeignKey key)
    {
        using var plan = _session.Prepare(
            $"EXPLAIN QUERY PLAN SELECT EXISTS (SELECT 1 FROM {key.Child.Name} AS c WHERE {key.Matches("c", "p")}) FROM {key.Parent.Name} AS p");
        var indexed = true;
        while (plan.Step())
        {
            var step = plan.Text(3)!;
            indexed &= !step.StartsWith("SCAN c", StringComparison.Ordinal) && !step.Contains("AUTOMATIC", StringComparison.Ordinal);
        }

        return indexed;
    }
}
