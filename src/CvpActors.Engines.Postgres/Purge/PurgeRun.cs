using System.Globalization;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>One purge, or the count of what it would delete: category by category, rows before those that they refer to.</summary>
internal sealed class PurgeRun(PostgresOptions options, TimeProvider time, PurgePlan plan, bool dryRun, RunContext run, DateTimeOffset now)
{
    private readonly List<PurgeTally> _done = [];

    private PurgeResult Result => new(dryRun, [.. _done.Select(tally => tally.Result)]);

    /// <exception cref="PurgeStoppedException">It ended early, for whatever cause.</exception>
    public async Task<PurgeResult> RunAsync(CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            await using var session = await PostgresSession.OpenAsync(options, cancellation);
            var schema = await PurgeSchema.ReadForRunAsync(session, plan, now, cancellation);
            var batches = new PurgeBatches(session, plan, time, run);
            await (dryRun ? CountAsync(session, schema, cancellation) : PurgeAsync(session, schema, batches, cancellation));
            return Result;
        }
        catch (PostgresException e)
        {
            throw new PurgeStoppedException(Result, PostgresSession.Explain(options, e)!);
        }
        catch (Exception cause)
        {
            throw new PurgeStoppedException(Result, cause);
        }
    }

    private async Task PurgeAsync(PostgresSession session, PurgeSchema schema, PurgeBatches batches, CancellationToken cancellation)
    {
        await batches.PrepareAsync(cancellation);
        var undatable = await ForEachGroupAsync(session, schema, (group, tallies) => new GroupPurge(batches, schema, group, tallies).RunAsync(cancellation), cancellation);
        await EndAsync(session, schema, batches, cancellation);
        if (undatable is not null)
        {
            throw undatable;
        }
    }

    /// <summary>Leaves out the parents of a category whose own rows cannot be dated: they may belong to any of the parents' rows.</summary>
    /// <returns>The first such category's error; null when there is none.</returns>
    private async Task<ReportingDatabaseException?> ForEachGroupAsync(
        PostgresSession session, PurgeSchema schema, Func<IReadOnlyList<PurgeTarget>, Dictionary<PurgeTarget, PurgeTally>, Task> doAsync, CancellationToken cancellation)
    {
        ReportingDatabaseException? undatable = null;
        var untouched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in schema.Groups)
        {
            if (group.Any(target => untouched.Contains(target.Category.Name)))
            {
                AddParents(untouched, group);
                continue;
            }

            var tallies = Tallies(group);
            foreach (var target in group)
            {
                if (await FindUndatableAsync(session, tallies[target], cancellation) is { } error)
                {
                    undatable ??= error;
                    AddParents(untouched, group);
                }
            }

            await doAsync(group, tallies);
        }

        return undatable;
    }

    private async Task EndAsync(PostgresSession session, PurgeSchema schema, PurgeBatches batches, CancellationToken cancellation)
    {
        if (options.PartitionsAhead > TimeSpan.Zero)
        {
            foreach (var target in schema.Targets)
            {
                await new PartitionsAhead(batches, target).MakeAsync(now + options.PartitionsAhead, cancellation);
            }
        }

        // The planner's statistics of what shrank. Of a partitioned table those partitions that lost rows: the server would read every other one with it.
        foreach (var table in _done.SelectMany(tally => tally.Shrunk))
        {
            await batches.InsistAsync(table, () => session.ExecuteAsync($"ANALYZE {table}", cancellation), cancellation);
        }
    }

    /// <summary>Only reads; its notes are in temporary tables. All at one moment.</summary>
    private async Task CountAsync(PostgresSession session, PurgeSchema schema, CancellationToken cancellation)
    {
        await using var moment = await session.Connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var closure = new KeptClosure(session, schema, schema.Targets);
        await closure.FindAsync(cancellation);
        var undatable = await ForEachGroupAsync(session, schema, async (_, tallies) =>
        {
            foreach (var tally in tallies.Values)
            {
                var old = await session.ScalarAsync<long>($"SELECT count(*) FROM {tally.Target.Table.Name} AS p WHERE {tally.Target.Date.IsOld("p")}", cancellation);
                tally.Rows = old - await closure.CountAsync(tally.Target, tally, cancellation);
                run.Progress.Report(new RunProgress(_done.Sum(one => one.Rows), 0, "rows"));
            }
        }, cancellation);
        if (undatable is not null)
        {
            throw undatable;
        }
    }

    private Dictionary<PurgeTarget, PurgeTally> Tallies(IReadOnlyList<PurgeTarget> group)
    {
        var tallies = group.ToDictionary(target => target, target => new PurgeTally(target, dryRun));
        _done.AddRange(group.Select(target => tallies[target]));
        return tallies;
    }

    /// <returns>The error where no row of a category can be dated: most likely the configuration names another format.</returns>
    private async Task<ReportingDatabaseException?> FindUndatableAsync(PostgresSession session, PurgeTally tally, CancellationToken cancellation)
    {
        var (date, table) = (tally.Target.Date, tally.Target.Table);
        tally.Undatable = await session.ScalarAsync<long>($"SELECT count(*) FROM {table.Name} AS p WHERE {date.IsUndatable("p")}", cancellation);
        if (tally.Undatable == 0 || await session.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {table.Name} AS p WHERE NOT {date.IsUndatable("p")})", cancellation))
        {
            return null;
        }

        var seen = await session.ListAsync($"SELECT DISTINCT left(p.{table.Column}::text, 40) FROM {table.Name} AS p WHERE p.{table.Column} IS NOT NULL LIMIT 3", row => row.GetString(0), cancellation);
        var category = tally.Target.Category;
        var format = TimestampFormats.Named.First(n => n.Format == category.TimestampFormat).Name;
        var fitting = category.TimestampFormat switch
        {
            TimestampFormat.UnixSeconds when seen.Count > 0 && seen.TrueForAll(value => IsMoment(value, 1)) => "unix-milliseconds",
            TimestampFormat.UnixMilliseconds when seen.Count > 0 && seen.TrueForAll(value => IsMoment(value, 1000)) => "unix-seconds",
            _ => null,
        };
        return new ReportingDatabaseException(
            $"no row of category \"{category.Name}\" of {session.Place} can be dated: column \"{category.TimestampColumn}\" is read as {format}, and "
            + (seen.Count == 0 ? "all are NULL" : $"it holds {string.Join(", ", seen)}")
            + (fitting is null
                ? "; allowed: times from 1990 to a day from now in that format. Nothing of this category was deleted"
                : $", which seems to be {fitting}; set timestamp-format = {fitting} if it is"));
    }

    private bool IsMoment(string value, decimal millisecondsPerUnit) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number * millisecondsPerUnit >= DatableSpan.Earliest.ToUnixTimeMilliseconds() && number * millisecondsPerUnit <= DatableSpan.LatestAt(now).ToUnixTimeMilliseconds();

    private static void AddParents(HashSet<string> untouched, IReadOnlyList<PurgeTarget> group) =>
        untouched.UnionWith(group.Select(target => target.Category.Parent).OfType<string>());
}
