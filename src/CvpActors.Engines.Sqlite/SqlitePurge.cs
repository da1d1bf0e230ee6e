using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Files;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// One purge: category by category, rows before those that they refer to, in batches. A batch reads the keys of old rows, takes the write lock,
/// asks the fence, deletes those rows that still are old and that nothing refers to, and commits, so that other writers never wait longer
/// than for one batch.
/// </summary>
/// <remarks>
/// A dry run finds by the same expressions what stays because something refers to it, and counts the rest: it takes no write lock at all. What
/// triggers and cascades do cannot be known without doing it. Where a category has such, a dry run purges a copy of the database
/// instead: a transaction to be rolled back would keep all writers waiting for as long as the whole purge lasts.
/// </remarks>
internal sealed class SqlitePurge(SqliteOptions options, TimeProvider time, PurgePlan plan, bool dryRun, RunContext run, DateTimeOffset now)
{
    private readonly List<PurgeTally> _done = [];

    private PurgeResult Result => new(dryRun, [.. _done.Select(tally => tally.Result)]);

    /// <exception cref="PurgeStoppedException">It ended early, for whatever cause.</exception>
    public async Task<PurgeResult> RunAsync(CancellationToken cancellation)
    {
        try
        {
            var file = FileStatus.TryRead(options.FullPath)?.Identity;
            using var session = SqliteSession.OpenDatabase(options);
            session.Execute("PRAGMA foreign_keys = OFF", cancellation);
            var schema = PurgeSchema.Read(session, plan, now);
            if (dryRun && schema.Targets.Any(target => target.IsTried))
            {
                return await PurgeTrial.RunAsync(options, time, plan, run, now, cancellation);
            }

            await RunAsync(session, schema, new PurgeBatches(session, plan, time, run, file, dryRun), cancellation);
            return Result;
        }
        catch (PurgeStoppedException)
        {
            throw;
        }
        catch (Exception cause)
        {
            throw new PurgeStoppedException(Result, cause);
        }
    }

    private async Task RunAsync(SqliteSession session, PurgeSchema schema, PurgeBatches batches, CancellationToken cancellation)
    {
        SqliteDatabaseException? undatable = null;
        var untouched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in schema.Groups)
        {
            // Rows whose own dates cannot be read may belong to any of their parents' rows.
            if (group.Any(target => untouched.Contains(target.Category.Name)))
            {
                AddParents(untouched, group);
                continue;
            }

            var tallies = group.ToDictionary(target => target, target => new PurgeTally(target));
            _done.AddRange(group.Select(target => tallies[target]));
            if (dryRun)
            {
                PurgeCount.Run(session, schema, group, tallies, batches, cancellation);
            }
            else
            {
                await PurgeAsync(session, schema, group, tallies, batches, cancellation);
            }

            foreach (var tally in tallies.Values.Where(tally => tally.IsUndatable))
            {
                undatable ??= UndatableCategory.Error(session, tally.Target, now);
                AddParents(untouched, group);
            }
        }

        if (!dryRun)
        {
            RefreshStatistics(session, batches, cancellation);
        }

        batches.CheckFile("its end");
        if (undatable is not null)
        {
            throw undatable;
        }
    }

    private static void AddParents(HashSet<string> untouched, IReadOnlyList<PurgeTarget> group) =>
        untouched.UnionWith(group.Select(target => target.Category.Parent).OfType<string>());

    private static async Task PurgeAsync(
        SqliteSession session,
        PurgeSchema schema,
        IReadOnlyList<PurgeTarget> group,
        Dictionary<PurgeTarget, PurgeTally> tallies,
        PurgeBatches batches,
        CancellationToken cancellation)
    {
        if (group is [{ IsTried: false } target] && !schema.RefersToItself(group))
        {
            await RangePurge.RunAsync(session, target, tallies[target], batches, cancellation);
            return;
        }

        using var purge = new GroupPurge(session, schema, group, tallies, batches);
        await purge.RunAsync(cancellation);
    }

    // The planner's statistics of the tables that shrank, from a sample: a full ANALYZE reads every index while writers wait.
    private void RefreshStatistics(SqliteSession session, PurgeBatches batches, CancellationToken cancellation)
    {
        session.Execute("PRAGMA analysis_limit = 1000", cancellation);
        foreach (var table in _done.Where(tally => tally.Rows > 0).Select(tally => tally.Target.Table))
        {
            batches.Commit(
                $"the statistics of {table.PlainName}",
                null,
                () =>
                {
                    session.Execute("ANALYZE " + table.Name, cancellation);
                    return 0;
                },
                cancellation);
        }
    }
}
