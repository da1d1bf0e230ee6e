using System.Globalization;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Informix;

/// <summary>
/// One purge. First the fragments of the days to come, then what an earlier run had detached and not dropped, then category by category, children
/// before parents: whole fragments, then the rest in batches. A parent's day goes only when no row of a child is as old.
/// </summary>
internal sealed class InformixPurge(InformixOptions options, DbAccess database, PurgePlan plan, bool dryRun, RunContext run, TimeProvider time)
{
    private readonly DateTimeOffset _now = run.RetentionCountsFrom(time.GetUtcNow());
    private readonly InformixCatalog _catalog = new(database, new FragmentExpression(options.DateFormat));
    private readonly List<CategoryPurge> _done = [];
    private long _rows;

    private PurgeResult Result => new(dryRun, [.. _done]);

    /// <param name="check">Looks whether the server can be purged.</param>
    /// <param name="cancellation">Ends it early; what was deleted stays deleted.</param>
    /// <exception cref="PurgeStoppedException">It ended early, for whatever cause.</exception>
    public async Task<PurgeResult> RunAsync(Func<CancellationToken, Task> check, CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            await check(cancellation);
            var ahead = dryRun ? null : await MakeAheadAsync(cancellation);
            var detached = new DetachedTables(options, database, _catalog, plan, run);
            foreach (var category in plan.Categories)
            {
                await PurgeAsync(category, detached, cancellation);
            }

            // Told last: that tomorrow's fragment could not be made is no reason to keep yesterday's rows.
            return ahead is null ? Result : throw ahead;
        }
        catch (Exception cause)
        {
            throw new PurgeStoppedException(Result, cause);
        }
    }

    private async Task<SqlFailedException?> MakeAheadAsync(CancellationToken cancellation)
    {
        SqlFailedException? first = null;
        foreach (var category in plan.Categories)
        {
            try
            {
                await new FragmentsAhead(options, database, _catalog, run).MakeAsync(category, DateOnly.FromDateTime(_now.UtcDateTime), cancellation);
            }
            catch (SqlFailedException e)
            {
                first ??= e;
            }
        }

        return first;
    }

    private async Task PurgeAsync(RetentionCategory category, DetachedTables detached, CancellationToken cancellation)
    {
        var (table, column) = CategoryNames.Of(category);
        var firstKept = SqlDate.FirstKept(_now - category.Retain);
        var before = await BeforeChildrenAsync(category, firstKept, cancellation);
        var at = _done.Count;
        _done.Add(new CategoryPurge(category.Name, category.Table, SqlDate.Midnight(firstKept), 0));
        if (dryRun)
        {
            Add(at, await CountAsync($"FROM {table} WHERE {CategoryNames.Old(column, before)}", cancellation));
        }
        else
        {
            await _catalog.RefuseCascadeAsync(category, cancellation);
            await foreach (var rows in detached.DropAsync(category, firstKept, before, cancellation))
            {
                Add(at, rows);
            }

            await DeleteAsync(category, before, at, cancellation);
        }

        await TellAsync(category, before, firstKept, at, cancellation);
        if (!dryRun && _done[at].Rows > 0)
        {
            run.CommitPoint($"the statistics of {table}");
            await database.DefineAsync($"UPDATE STATISTICS LOW FOR TABLE {table};", cancellation);
        }
    }

    private async Task DeleteAsync(RetentionCategory category, DateOnly before, int at, CancellationToken cancellation)
    {
        var batches = new RowBatches(database, plan, run, time);
        await using var function = await batches.MakeAsync(category, cancellation);
        await foreach (var (gone, kept) in function.RunAsync(before, cancellation))
        {
            Add(at, gone);
            if (kept > 0)
            {
                Keep(at, "rows of other tables refer to them (foreign key)", kept);
            }
        }
    }

    /// <summary>The first day of which a child's row is left: the parent's rows of that day and later stay.</summary>
    private async Task<DateOnly> BeforeChildrenAsync(RetentionCategory category, DateOnly firstKept, CancellationToken cancellation)
    {
        var before = firstKept;
        foreach (var child in plan.Categories.Where(c => c.Parent == category.Name))
        {
            var (table, column) = CategoryNames.Of(child);

            // In a dry run what the child's own purge would have taken is still there.
            var from = dryRun ? SqlDate.FirstKept(_now - child.Retain) : SqlDate.Earliest;
            var oldest = (await database.NumbersAsync($"SELECT {SqlDate.Number($"MIN({column})")} FROM {table} WHERE {column} >= {SqlDate.Of(from)}", cancellation))[0];
            if (oldest is { } number && SqlDate.Read(number) is var day && day < before)
            {
                before = day;
            }
        }

        return before;
    }

    private async Task TellAsync(RetentionCategory category, DateOnly before, DateOnly firstKept, int at, CancellationToken cancellation)
    {
        var (table, column) = CategoryNames.Of(category);
        _done[at] = _done[at] with { Undatable = await CountAsync($"FROM {table} WHERE {CategoryNames.Undatable(column, _now)}", cancellation) };
        if (before < firstKept)
        {
            var held = await CountAsync($"FROM {table} WHERE {column} >= {SqlDate.Of(before)} AND {column} < {SqlDate.Of(firstKept)}", cancellation);
            if (held > 0)
            {
                Keep(at, $"a category below has rows of {before.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}", held);
            }
        }
    }

    private async Task<long> CountAsync(string from, CancellationToken cancellation) => (await database.NumbersAsync($"SELECT COUNT(*) {from}", cancellation))[0] ?? 0;

    private void Add(int at, long rows)
    {
        _done[at] = _done[at] with { Rows = _done[at].Rows + rows };
        _rows += rows;
        run.Progress.Report(new RunProgress(_rows, 0, "rows"));
    }

    /// <summary>Of one reason the last count holds: each batch meets the kept rows again.</summary>
    private void Keep(int at, string reason, long rows) =>
        _done[at] = _done[at] with { Kept = [.. (_done[at].Kept ?? []).Where(kept => kept.Reason != reason), new KeptRows(reason, rows)] };
}
