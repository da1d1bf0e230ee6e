using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;
using CvpActors.Domain.Purges;
using CvpActors.Engines.Sqlite;

namespace CvpActors.Benchmarks.Purge;

/// <summary>How long does another writer wait while we purge, and what does that cost in speed?</summary>
internal static class PurgeBenchmark
{
    private const double WaitAim = 10;
    private const double SpeedAim = 0.6;
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Span = TimeSpan.FromDays(60);

    public static async Task RunAsync(Arguments arguments)
    {
        var rows = arguments.Number("rows", 2_000_000);
        var rounds = arguments.Number("rounds", 3);
        var batch = arguments.Number("batch-rows", PurgePlan.DefaultBatchRows);
        var target = arguments.Number("target-time", (int)PurgePlan.DefaultBatchTargetTime.TotalMilliseconds);
        var pause = arguments.Number("batch-pause", 0, least: 0);
        using var work = WorkDirectory.Create(arguments, 64 + (rows / 1000));
        Machine.Describe("before");

        // One "now" for both: counted from two, the edges of the retention would differ by a few rows.
        var now = TimeProvider.System.GetUtcNow();
        var template = work.File("template.db");
        ReportingData.CreateOfCalls(template, Math.Max(1, rows / ReportingData.RowsPerCall), now - Span, Span);
        var sqlite = (await Tool.RunAsync("sqlite3", "--version")).Output.Split(' ')[0];
        Console.WriteLine($"{rows} rows in {Figures.Megabytes(new FileInfo(template).Length)}, {rounds} rounds, sqlite3 {sqlite}, one row written every {WriteEvery.TotalMilliseconds:0} ms meanwhile");

        var categories = new[]
        {
            Category("call", "startdatetime", 30, null),
            Category("callevent", "eventdatetime", 30, "call"),
            Category("vxmlelementdetail", "eventdatetime", 15, "call"),
        };
        var ours = new Variant(
            $"ours, batches of {target} ms and at most {batch} rows, pause {pause} ms",
            path => PurgeAsync(path, PurgePlan.Create(categories, batch, TimeSpan.FromMilliseconds(pause), TimeSpan.FromMilliseconds(target)), now));
        var peer = new Variant("sqlite3, one DELETE a table", path => DeleteAsync(path, categories, now));
        for (var round = 0; round < rounds; round++)
        {
            foreach (var variant in round % 2 == 0 ? new[] { ours, peer } : [peer, ours])
            {
                await RunAsync(variant, template, work.File("purged.db"));
            }
        }

        if (ours.Rows != peer.Rows)
        {
            throw new MeasurementException($"ours deleted {ours.Rows} rows and the peer {peer.Rows}: they did not do the same");
        }

        Print(ours, peer, rounds);
        Machine.Describe("after");
    }

    private static async Task RunAsync(Variant variant, string template, string path)
    {
        File.Copy(template, path);
        await Tool.SettleAsync();
        using (var writer = await SteadyWriter.StartAsync(path, WriteEvery))
        {
            var time = TimeProvider.System;
            await writer.BeginAsync();
            var started = time.GetTimestamp();
            variant.Rows = await variant.Purge(path);
            variant.Elapsed.Add(time.GetElapsedTime(started));
            variant.Writer.Add(await writer.EndAsync());
        }

        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(path + suffix);
        }
    }

    private static async Task<long> PurgeAsync(string path, PurgePlan plan, DateTimeOffset now)
    {
        var purger = new SqlitePurger(new SqliteOptions(path), new StandingClock(now));
        return (await purger.PurgeAsync(plan, dryRun: false, OneRun.Create(), CancellationToken.None)).Rows;
    }

    private static async Task<long> DeleteAsync(string path, IEnumerable<RetentionCategory> categories, DateTimeOffset now)
    {
        string[] deletes =
        [
            .. categories.Reverse().Select(c =>
                $"DELETE FROM {c.Table} WHERE {c.TimestampColumn} < {(now - c.Retain).ToUnixTimeMilliseconds() / 1000.0:R}; SELECT changes();"),
        ];
        var run = await Tool.RunAsync("sqlite3", ["-cmd", ".timeout 3600000", path, .. deletes]);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(long.Parse);
    }

    private static void Print(Variant ours, Variant peer, int rounds)
    {
        var table = new Table(
            $"median of {rounds}", "time", "rows deleted", "rows/s", "writer's rows", "p50", "p99", "max", "p99 of the statement alone", "its max");
        foreach (var variant in new[] { ours, peer })
        {
            table.Add(
                variant.Name,
                Figures.Seconds(Statistics.Median(variant.Elapsed)),
                $"{variant.Rows}",
                $"{variant.RowsPerSecond:0}",
                $"{variant.Median(w => w.Rows):0}",
                Figures.Milliseconds(variant.Median(w => w.P50)),
                Figures.Milliseconds(variant.P99),
                Figures.Milliseconds(variant.Median(w => w.Max)),
                Figures.Milliseconds(variant.Median(w => w.StatementP99)),
                Figures.Milliseconds(variant.Median(w => w.StatementMax)));
        }

        var speed = ours.RowsPerSecond / peer.RowsPerSecond;
        var wait = peer.P99 / ours.P99;
        table.Add(
            "ratio (ours to the peer's)",
            Figures.Ratio(Statistics.Median(ours.Elapsed) / Statistics.Median(peer.Elapsed)),
            "",
            Figures.Ratio(speed),
            "",
            $"{ours.Median(w => w.P50) / peer.Median(w => w.P50):0.0000}",
            $"{ours.P99 / peer.P99:0.0000}",
            $"{ours.Median(w => w.Max) / peer.Median(w => w.Max):0.0000}",
            Figures.Ratio(ours.Median(w => w.StatementP99) / peer.Median(w => w.StatementP99)),
            $"{ours.Median(w => w.StatementMax) / peer.Median(w => w.StatementMax):0.0000}");
        table.Print();
        Console.WriteLine($"aim: writer's p99 at least {WaitAim:0} times better: {Figures.Ratio(wait)} times, {Figures.Met(wait >= WaitAim)}");
        Console.WriteLine($"aim: at least {SpeedAim} of the peer's rows a second: {Figures.Ratio(speed)}, {Figures.Met(speed >= SpeedAim)}");
        Console.WriteLine("p50, p99 and max count from the moment a row was due, not from when it was sent: rows that queue behind a long lock are waits too");
        Console.WriteLine("ours refreshes the planner's statistics as well; the peer does not");
    }

    private static RetentionCategory Category(string table, string column, int days, string? parent) =>
        new(table, table, column, TimestampFormat.UnixSeconds, TimeSpan.FromDays(days), parent);

    private sealed record Variant(string Name, Func<string, Task<long>> Purge)
    {
        public long Rows { get; set; }

        public List<TimeSpan> Elapsed { get; } = [];

        public List<WriterFigures> Writer { get; } = [];

        public double RowsPerSecond => Rows / Statistics.Median(Elapsed).TotalSeconds;

        public double P99 => Median(w => w.P99);

        public double Median(Func<WriterFigures, double> figure) => Statistics.Median(Writer.Select(figure));
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
