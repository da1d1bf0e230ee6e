namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Whether any row still refers to a row, for every foreign key of its table, whatever its action and timing, and whether or not anybody
/// enforces it. Asked once the write lock is held, so that the answer still holds at the commit.
/// </summary>
/// <remarks>
/// SQLite itself is not asked (<c>foreign_keys</c> is off): it refuses a whole statement for one row, says RESTRICT in other words than NO ACTION,
/// finds a deferred key broken at the commit only, deletes young rows by CASCADE, and cannot delete at all where a key names a table that is not
/// there. Where the referring columns have no index, who refers to old rows is noted in a temporary table, and noted anew
/// when another connection has written since. What triggers and cascades of the database write is noted as they write it.
/// </remarks>
internal sealed class Referrers
{
    private readonly SqliteSession _session;
    private readonly PurgeTarget _target;
    private readonly List<ForeignKey> _noted = [];
    private readonly bool _othersWrite;
    private long _notedAt = -1;
    private long _notedForGood = -1;

    /// <param name="session">Where to look.</param>
    /// <param name="target">Whose rows are referred to.</param>
    /// <param name="othersWrite">Whether deleting a row may start triggers or cascades: their writes do not show as another connection's do.</param>
    public Referrers(SqliteSession session, PurgeTarget target, bool othersWrite)
    {
        _session = session;
        _othersWrite = othersWrite;
        _target = target;
        _noted.AddRange(target.HeldBy.Where(key => !IsIndexed(key)));
        Prepare();
    }

    /// <summary>The tables in temp that triggers of ours write to.</summary>
    public IEnumerable<string> OwnNotes => _othersWrite ? _noted.Select(key => "temp." + TableOf(key)) : [];

    /// <summary>Which key's rows refer to a row: its number, or -1.</summary>
    public string HolderOf(string row) => _target.HeldBy.Count == 0
        ? "-1"
        : $"CASE {string.Join(" ", _target.HeldBy.Select(key => $"WHEN {IsReferredTo(key, row)} THEN {key.Number}"))} ELSE -1 END";

    /// <summary>
    /// Makes the notes true before a transaction begins: nobody has to wait for it, and a transaction that is rolled back does not lose them.
    /// </summary>
    public void Prepare()
    {
        Refresh();
        _notedForGood = _notedAt;
    }

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
    public void Forget() => _notedAt = _notedForGood;

    private static string TableOf(ForeignKey key) => $"cvp_refers_{key.Number}";

    private string IsReferredTo(ForeignKey key, string row) => _noted.Contains(key)
        ? key.Child.Key.Count == 0 ? $"EXISTS (SELECT 1 FROM temp.{TableOf(key)} AS n WHERE {_target.IsAbout("n", row)})" : $"EXISTS (SELECT 1 FROM temp.{TableOf(key)} AS n JOIN {key.Child.Name} AS c ON {IsNoted(key)} WHERE {_target.IsAbout("n", row)} AND {key.Matches("c", row)})"
        : $"EXISTS (SELECT 1 FROM {key.Child.Name} AS c WHERE {key.Matches("c", row)})";

    private static string IsNoted(ForeignKey key) => string.Join(" AND ", key.Child.Key.Select((column, i) => $"c.{column} = n.c{i}{key.Child.By(i)}"));

    private void Note(ForeignKey key)
    {
        var select = $"{Noted(key, "c", "p")} FROM {key.Child.Name} AS c JOIN {key.Parent.Name} AS p ON {key.Matches("c", "p")} WHERE {_target.IsOld("p")}";
        if (_session.Ask($"SELECT 1 FROM sqlite_temp_schema WHERE name = '{TableOf(key)}'") == 0)
        {
            _session.Execute($"CREATE TEMP TABLE {TableOf(key)} AS {select}");
            _session.Execute($"CREATE INDEX temp.{TableOf(key)}_key ON {TableOf(key)}({_target.NotedKey})");
            if (_othersWrite)
            {
                NoteWrites(key);
            }
        }
        else
        {
            _session.Execute($"DELETE FROM temp.{TableOf(key)}");
            _session.Execute($"INSERT INTO temp.{TableOf(key)} {select}");
        }
    }

    /// <summary>A row that begins to refer, and a row referred to that becomes an old one, is noted by triggers.</summary>
    private void NoteWrites(ForeignKey key)
    {
        var child = $"INSERT INTO {TableOf(key)} {Noted(key, "new", "p")} FROM {key.Parent.Name} AS p WHERE {key.Matches("new", "p")} AND {_target.IsOld("p")}";
        OwnTrigger.Create(_session, TableOf(key) + "_0", "INSERT", key.Child, "1", child);
        OwnTrigger.Create(_session, TableOf(key) + "_1", "UPDATE", key.Child, OwnTrigger.Changes([.. key.Columns, .. key.Child.Key]), child);
        var parent = $"INSERT INTO {TableOf(key)} {Noted(key, "c", "new")} FROM {key.Child.Name} AS c WHERE {key.Matches("c", "new")} AND {_target.IsOld("new")}";
        OwnTrigger.Create(_session, TableOf(key) + "_2", "INSERT", key.Parent, _target.IsOld("new"), parent);
        OwnTrigger.Create(
            _session,
            TableOf(key) + "_3",
            "UPDATE",
            key.Parent,
            OwnTrigger.Changes([.. key.ParentColumns, .. _target.Table.Key, SqliteIdentifier.Quote(_target.Category.TimestampColumn)]),
            parent);
    }

    private string Noted(ForeignKey key, string child, string parent) => "SELECT " + string.Join(", ", _target.Table.Key.Select((column, i) => $"{parent}.{column} AS k{i}")
        .Concat(key.Child.Key.Select((column, i) => $"{child}.{column} AS c{i}")));

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
