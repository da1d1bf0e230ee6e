namespace CvpActors.Engines.Sqlite;

/// <summary>Counts what a purge of a group would delete and keep. Only reads.</summary>
internal static class PurgeCount
{
    private const int RowsAtOnce = 10_000;
    private const int Kept = 3;

    public static void Run(
        SqliteSession session,
        PurgeSchema schema,
        IReadOnlyList<PurgeTarget> group,
        Dictionary<PurgeTarget, PurgeTally> tallies,
        PurgeBatches batches,
        CancellationToken cancellation)
    {
        if (group.Any(target => target.HeldBy.Count > 0))
        {
            new KeptClosure(session, schema, group, foretell: true).Find(cancellation);
        }

        foreach (var target in group)
        {
            var tally = tallies[target];
            var state = target.State.Sql("p");
            var verdict = target.HeldBy.Count == 0
                ? state
                : $"CASE WHEN {state} = {RowState.Old} AND EXISTS (SELECT 1 FROM {target.KeptTable} AS k WHERE {target.IsAbout("k", "p")}) THEN {Kept} ELSE {state} END";
            using var cursor = new PurgeCursor(session, target.Table, verdict);
            var keys = new List<object?[]>();
            while (!cursor.AtEnd)
            {
                cancellation.ThrowIfCancellationRequested();
                cursor.Read(keys, RowsAtOnce, tally.Tell, cancellation);
                tally.Rows += keys.Count;
                batches.Report(keys.Count);
                keys.Clear();
            }

            if (target.HeldBy.Count > 0)
            {
                KeptClosure.Count(session, target, tally);
            }
        }
    }
}
