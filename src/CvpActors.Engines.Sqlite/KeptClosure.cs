namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Finds the old rows of a group that may not go, and why: those that a row refers to which stays, and those that such a row refers to in turn.
/// What is left may go, rows that refer to each other among them. Only reads the database; what it finds stands in temporary tables.
/// </summary>
/// <param name="session">Where to look.</param>
/// <param name="schema">All tables.</param>
/// <param name="group">The tables whose rows may refer to each other.</param>
/// <param name="foretell">
/// Whether the groups before this one are still to be purged: then their rows that will go count as gone. Otherwise every row that is there counts.
/// </param>
internal sealed class KeptClosure(SqliteSession session, PurgeSchema schema, IReadOnlyList<PurgeTarget> group, bool foretell)
{
    /// <summary>Fills the tables of the group.</summary>
    public void Find(CancellationToken cancellation)
    {
        foreach (var target in group)
        {
            target.CreateNote(session, target.KeptTable, "NULL AS reason, 0 AS round");
            session.Execute($"CREATE INDEX {target.KeptTable}_round ON {target.KeptTable["temp.".Length..]}(round)", cancellation);
            if (target.IsTried && !foretell)
            {
                session.Execute($"INSERT INTO {target.KeptTable} SELECT {target.NotedKey}, reason, 0 FROM {target.RefusedTable}", cancellation);
            }
        }

        foreach (var target in group)
        {
            foreach (var key in target.HeldBy)
            {
                session.Execute(
                    $"{Keep(target, key, 0)} FROM {key.Child.Name} AS c JOIN {target.Table.Name} AS p ON {key.Matches("c", "p")} WHERE {target.IsOld("p")} AND {Stays(key, "c")}",
                    cancellation);
            }
        }

        for (var round = 1; schema.RefersToItself(group) && FindRound(round, cancellation) > 0; round++)
        {
        }
    }

    /// <summary>How many old rows of a category may not go, by what keeps them.</summary>
    public static void Count(SqliteSession session, PurgeTarget target, PurgeTally tally)
    {
        using var rows = session.Prepare($"SELECT reason, count(*) FROM {target.KeptTable} GROUP BY 1");
        while (rows.Step())
        {
            tally.Keep(rows.Value(0) is long key ? target.HeldBy.First(k => k.Number == key).Described : rows.Text(0)!, rows.Long(1));
        }
    }

    /// <summary>Rows that the rows found in the round before refer to.</summary>
    private long FindRound(int round, CancellationToken cancellation)
    {
        foreach (var child in group)
        {
            foreach (var key in schema.ReferencesInto(group, child.Table))
            {
                var target = schema.TargetOf(key.Parent)!;
                session.Execute(
                    $"{Keep(target, key, round)} FROM {child.KeptTable} AS k CROSS JOIN {child.Table.Name} AS c ON {child.IsOf("c", "k")} "
                    + $"JOIN {target.Table.Name} AS p ON {key.Matches("c", "p")} WHERE k.round = {round - 1} AND {target.IsOld("p")}",
                    cancellation);
            }
        }

        return group.Sum(target => session.Ask($"SELECT EXISTS (SELECT 1 FROM {target.KeptTable} WHERE round = {round})", cancellation));
    }

    private static string Keep(PurgeTarget target, ForeignKey key, int round) =>
        $"INSERT OR IGNORE INTO {target.KeptTable} SELECT {target.Table.KeyOf("p")}, {key.Number}, {round}";

    private string Stays(ForeignKey key, string child)
    {
        if (schema.TargetOf(key.Child) is not { } target)
        {
            return "1";
        }

        if (group.Contains(target))
        {
            return $"{target.State.Sql(child)} <> {RowState.Old}";
        }

        return !foretell ? "1"
            : target.HeldBy.Count == 0 ? $"{target.State.Sql(child)} <> {RowState.Old}"
            : $"({target.State.Sql(child)} <> {RowState.Old} OR EXISTS (SELECT 1 FROM {target.KeptTable} AS k WHERE {target.IsAbout("k", child)}))";
    }
}
