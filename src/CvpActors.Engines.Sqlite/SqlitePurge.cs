using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// One purge: category by category, children before parents, in batches. A batch reads the keys of old rows, takes the write lock,
/// asks the fence, deletes those rows if they still are old and commits, so that other writers never wait longer than for one batch.
/// </summary>
internal sealed class SqlitePurge(SqliteOptions options, TimeProvider time, PurgePlan plan, bool dryRun, RunContext run)
{
    private readonly List<CategoryPurge> _done = [];

    // "Now" is one moment for the whole purge: taken anew for a parent, it would be later than for the children before it.
    private readonly DateTimeOffset _now = run.RetentionCountsFrom(time.GetUtcNow());

    private long _rows;

    private PurgeResult Result => new(dryRun, [.. _done]);

    /// <exception cref="PurgeStoppedException">It ended early, for whatever cause.</exception>
    public async Task<PurgeResult> RunAsync(CancellationToken cancellation)
    {
        try
        {
            using var session = SqliteSession.OpenDatabase(options);
            RelaxFlushing(session);

            // All tables are looked up first: a misspelt one stops the purge before it has deleted half.
            var tables = plan.Categories.Select(category => (Category: category, Table: PurgeTable.Find(session, category))).ToList();
            foreach (var (category, table) in tables)
            {
                await PurgeAsync(session, category, table, cancellation);
            }

            if (!dryRun)
            {
                RefreshStatistics(session, tables.Select(t => t.Table), cancellation);
            }

            return Result;
        }
        catch (Exception cause)
        {
            throw new PurgeStoppedException(Result, cause);
        }
    }

    private async Task PurgeAsync(SqliteSession session, RetentionCategory category, PurgeTable table, CancellationToken cancellation)
    {
        var olderThan = _now - category.Retain;
        var condition = TimestampCondition.Create(category.TimestampColumn, category.TimestampFormat, olderThan);
        using var cursor = new PurgeCursor(session, table, condition);
        using var deletion = new PurgeDeletion(session, table, condition);
        var keys = new List<object?[]>(plan.BatchRows);
        var batch = 0;
        _done.Add(new CategoryPurge(category.Name, category.Table, olderThan, 0));
        while (!cursor.AtEnd)
        {
            cancellation.ThrowIfCancellationRequested();
            cursor.Read(keys, plan.BatchRows, cancellation);
            if (keys.Count < plan.BatchRows && !cursor.AtEnd)
            {
                continue;
            }

            if (keys.Count > 0)
            {
                long rows = keys.Count;
                if (!dryRun)
                {
                    Commit(session, $"batch {++batch} of {category.Name}", () => rows = deletion.Delete(keys, cursor.RowsRead), cancellation);
                }

                keys.Clear();
                cursor.StartBatch();
                _done[^1] = _done[^1] with { Rows = _done[^1].Rows + rows };
                _rows += rows;
                run.Progress.Report(new RunProgress(_rows, 0, "rows"));
                await PauseAsync(cursor, cancellation);
            }
        }
    }

    /// <summary>Takes the write lock, then asks the fence: waiting for the lock may last, and a token may be superseded meanwhile.</summary>
    private void Commit(SqliteSession session, string step, Action change, CancellationToken cancellation)
    {
        session.Execute("BEGIN IMMEDIATE", cancellation);
        try
        {
            run.CommitPoint(step);
            change();
            session.Execute("COMMIT", cancellation);
        }
        catch
        {
            // Some errors (a full disk) have rolled back already, and the first error is the one to tell.
            _ = raw.sqlite3_exec(session.Handle, "ROLLBACK");
            throw;
        }
    }

    private Task PauseAsync(PurgeCursor cursor, CancellationToken cancellation) =>
        dryRun || cursor.AtEnd || plan.BatchPause == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(plan.BatchPause, time, cancellation);

    // The planner's statistics of the tables that shrank, from a sample: a full ANALYZE reads every index while writers wait.
    private void RefreshStatistics(SqliteSession session, IEnumerable<PurgeTable> tables, CancellationToken cancellation)
    {
        foreach (var table in tables.Where((_, i) => _done[i].Rows > 0))
        {
            session.Execute("PRAGMA analysis_limit = 1000", cancellation);
            Commit(
                session, $"the statistics of {table.Name}", () => session.Execute("ANALYZE main." + table.Name, cancellation), cancellation);
        }
    }

    // In WAL mode NORMAL flushes at checkpoints instead of at every commit. A power cut may bring the last batches back, which the
    // next purge deletes again; it never damages the file. With a rollback journal less than FULL could, so it stays as it is.
    private static void RelaxFlushing(SqliteSession session)
    {
        bool wal;
        using (var mode = session.Prepare("PRAGMA journal_mode"))
        {
            wal = mode.Step() && mode.Text(0) == "wal";
        }

        if (wal)
        {
            session.Execute("PRAGMA synchronous = NORMAL");

            // A checkpoint flushes two files. Every 16 MiB of log instead of every 4 leaves more time for deleting.
            session.Execute("PRAGMA wal_autocheckpoint = 4000");
        }
    }
}
