namespace CvpActors.Engines.Sqlite;

/// <summary>Purges a table whose rows do not refer to each other and whose deletion starts nothing: whole ranges of rows at once.</summary>
internal static class RangePurge
{
    public static async Task RunAsync(SqliteSession session, PurgeTarget target, PurgeTally tally, PurgeBatches batches, CancellationToken cancellation)
    {
        using var cursor = new PurgeCursor(session, target.Table, target.State.Sql("p"));
        using var deletion = new RangeDeletion(session, target);
        var size = batches.NewSize();
        var keys = new List<object?[]>();
        var batch = 0;
        while (!cursor.AtEnd)
        {
            cancellation.ThrowIfCancellationRequested();
            cursor.Read(keys, size.Rows, tally.Tell, cancellation);
            if (keys.Count == 0 || (keys.Count < size.Rows && !cursor.AtEnd))
            {
                continue;
            }

            long rows = 0;
            var kept = new List<(long Key, long Rows)>();
            deletion.Prepare();
            batches.Commit(
                $"batch {++batch} of {target.Category.Name}",
                size,
                () =>
                {
                    rows = deletion.Delete(keys, cursor.RowsRead, (key, count) => kept.Add((key, count)));
                    return keys.Count;
                },
                cancellation);
            tally.Rows += rows;
            foreach (var (key, count) in kept.Where(k => k.Key >= 0))
            {
                tally.Keep(target.HeldBy.First(k => k.Number == key).Described, count);
            }

            keys.Clear();
            cursor.StartBatch();
            batches.Report(rows);
            if (!cursor.AtEnd)
            {
                await batches.PauseAsync(cancellation);
            }
        }
    }
}
