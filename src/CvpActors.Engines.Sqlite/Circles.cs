namespace CvpActors.Engines.Sqlite;

/// <summary>The old rows of a group that <see cref="KeptClosure"/> did not find, by what hangs together: only such rows have to go in one transaction.</summary>
internal sealed class Circles
{
    private readonly Queue<List<(PurgeTarget Target, object?[] Key)>> _left = new();

    /// <summary>Whether any are left to be taken.</summary>
    public bool AreLeft => _left.Count > 0;

    /// <summary>Finds them; the tables of <see cref="KeptClosure"/> have been filled.</summary>
    public static Circles Find(SqliteSession session, PurgeSchema schema, IReadOnlyList<PurgeTarget> group, CancellationToken cancellation)
    {
        var rows = new List<(PurgeTarget Target, object?[] Key)>();
        var before = new Dictionary<PurgeTarget, int>();
        foreach (var target in group)
        {
            before[target] = rows.Count;
            target.CreateNote(session, target.LeftTable, "1 AS old");
            session.Execute(
                $"INSERT INTO {target.LeftTable} SELECT {target.Table.KeyOf("p")}, 1 FROM {target.Table.Name} AS p WHERE {target.IsOld("p")} "
                + $"AND NOT EXISTS (SELECT 1 FROM {target.KeptTable} AS k WHERE {target.IsAbout("k", "p")})",
                cancellation);
            rows.AddRange(SqliteKeys.Read(session, target, $"SELECT {target.NotedKey} FROM {target.LeftTable} ORDER BY rowid").Select(key => (target, key)));
        }

        var found = new Circles();
        foreach (var together in Together(session, schema, group, before, rows.Count, cancellation))
        {
            found._left.Enqueue([.. together.Select(row => rows[row])]);
        }

        return found;
    }

    /// <summary>Takes as many as are wanted; more only where they hang together.</summary>
    public List<(PurgeTarget Target, object?[] Key)> Take(int most)
    {
        var taken = new List<(PurgeTarget Target, object?[] Key)>();
        while (_left.TryPeek(out var next) && (taken.Count == 0 || taken.Count + next.Count <= most))
        {
            taken.AddRange(_left.Dequeue());
        }

        return taken;
    }

    private static IEnumerable<IEnumerable<int>> Together(
        SqliteSession session, PurgeSchema schema, IReadOnlyList<PurgeTarget> group, Dictionary<PurgeTarget, int> before, int count, CancellationToken cancellation)
    {
        // Each row points to another of its circle, or to itself.
        var pointsTo = Enumerable.Range(0, count).ToArray();
        foreach (var child in count == 0 ? [] : group)
        {
            foreach (var key in schema.ReferencesInto(group, child.Table))
            {
                var parent = schema.TargetOf(key.Parent)!;
                using var pairs = session.Prepare(
                    $"SELECT m.rowid, n.rowid FROM {child.LeftTable} AS m CROSS JOIN {child.Table.Name} AS c ON {child.IsOf("c", "m")} "
                    + $"JOIN {parent.Table.Name} AS p ON {key.Matches("c", "p")} JOIN {parent.LeftTable} AS n ON {parent.IsAbout("n", "p")}",
                    cancellation);
                while (pairs.Step(cancellation))
                {
                    pointsTo[EndOf(pointsTo, before[child] + (int)pairs.Long(0) - 1)] = EndOf(pointsTo, before[parent] + (int)pairs.Long(1) - 1);
                }
            }
        }

        return Enumerable.Range(0, count).GroupBy(row => EndOf(pointsTo, row));
    }

    private static int EndOf(int[] pointsTo, int row)
    {
        while (pointsTo[row] != row)
        {
            // The way gets shorter each time that it is gone.
            row = pointsTo[row] = pointsTo[pointsTo[row]];
        }

        return row;
    }
}
