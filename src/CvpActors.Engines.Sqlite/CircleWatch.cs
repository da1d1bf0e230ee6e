namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Sees what triggers of the database write while circles are deleted without asking who refers to their rows: new references, and
/// rows of the group that get another date or key. It is made of triggers in temp, so that nobody else's writes are looked at.
/// </summary>
internal sealed class CircleWatch : IDisposable
{
    private const string Seen = "cvp_circle_writes";

    private readonly SqliteSession _session;
    private readonly List<string> _triggers = [];
    private readonly SqliteStatement? _hasSeen;

    public CircleWatch(SqliteSession session, IReadOnlyList<PurgeTarget> group)
    {
        _session = session;
        if (!group.Any(target => target.HasTriggers))
        {
            return;
        }

        session.Execute($"DROP TABLE IF EXISTS temp.{Seen}");
        session.Execute($"CREATE TEMP TABLE {Seen}(one)");
        foreach (var target in group)
        {
            Watch("UPDATE", target.Table, OwnTrigger.Changes([.. target.Table.Key, SqliteIdentifier.Quote(target.Category.TimestampColumn)]));
            foreach (var key in target.HeldBy)
            {
                var refers = string.Join(" AND ", key.Columns.Select(column => $"new.{column} IS NOT NULL"));
                Watch("INSERT", key.Child, refers);
                Watch("UPDATE", key.Child, $"{refers} AND {OwnTrigger.Changes(key.Columns)}");
            }
        }

        _hasSeen = session.Prepare($"SELECT EXISTS (SELECT 1 FROM temp.{Seen})");
    }

    /// <summary>Whether there were such writes since it was asked last.</summary>
    public bool HasSeenWrites()
    {
        if (_hasSeen is null)
        {
            return false;
        }

        _ = _hasSeen.Step();
        var has = _hasSeen.Long(0) != 0;
        _hasSeen.Reset();
        if (has)
        {
            _session.Execute($"DELETE FROM temp.{Seen}");
        }

        return has;
    }

    public void Dispose()
    {
        _hasSeen?.Dispose();
        _triggers.ForEach(trigger => _session.Execute($"DROP TRIGGER IF EXISTS temp.{trigger}"));
    }

    private void Watch(string write, PurgeTable table, string when)
    {
        var name = $"cvp_circle_{_triggers.Count}";
        _triggers.Add(name);
        OwnTrigger.Create(_session, name, write, table, when, $"INSERT INTO {Seen} VALUES (1)");
    }
}
