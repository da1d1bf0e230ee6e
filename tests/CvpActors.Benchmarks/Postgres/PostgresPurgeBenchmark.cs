using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;
using CvpActors.Domain.Purges;
using CvpActors.Engines.Postgres;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Testing;
using Npgsql;

namespace CvpActors.Benchmarks.Postgres;

/// <summary>Thirty days of rows, of which one is purged: how long does it take, and how long do inserts wait meanwhile?</summary>
internal static class PostgresPurgeBenchmark
{
    private const int Days = 30;
    private const double SpeedAim = 0.6;
    private const double WaitAim = 50;
    private static readonly TimeSpan PartitionedAim = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan InsertEvery = TimeSpan.FromMilliseconds(2);

    /// <summary>Midnight: the oldest day is one partition.</summary>
    private static readonly DateTimeOffset Now = new(2026, 6, 30, 0, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(Arguments arguments)
    {
        var rows = arguments.Number("rows", 10_000_000);
        var rounds = arguments.Number("rounds", 3);
        var target = arguments.Number("target-time", (int)PurgePlan.DefaultBatchTargetTime.TotalMilliseconds);
        var batch = arguments.Number("batch-rows", PurgePlan.DefaultBatchRows);
        using var work = WorkDirectory.Create(arguments, 1000 + (rows / 1000L));
        Machine.Describe("before");
        using var server = new PostgresServer(place: work.Sub("postgres"), flushes: true, settings: ["max_wal_size=4GB", "shared_buffers=512MB"]);
        await ExecuteAsync(server.CreateDatabase("plain"), Schema("") + Rows(rows));
        await ExecuteAsync(server.CreateDatabase("partitioned"), Schema(" PARTITION BY RANGE (at)") + Partitions() + Rows(rows));
        Console.WriteLine($"{rows} rows of {Days} days, one day of them purged, {rounds} rounds, one row inserted every {InsertEvery.TotalMilliseconds:0} ms meanwhile");

        var plan = PurgePlan.Create(
            [new RetentionCategory("event", "event", "at", TimestampFormat.Native, TimeSpan.FromDays(Days - 1), null)], batch, TimeSpan.Zero, TimeSpan.FromMilliseconds(target));
        Variant[] variants =
        [
            new("ours, partitioned", "partitioned", connection => PurgeAsync(connection, plan)),
            new($"ours, plain, batches of {target} ms and at most {batch} rows", "plain", connection => PurgeAsync(connection, plan)),
            new("one DELETE, plain", "plain", connection => ExecuteAsync(connection, $"DELETE FROM event WHERE at < '{Now.AddDays(1 - Days):u}'")),
            new("batches of a quarter of an hour, as pg_partman moves rows, plain", "plain", IntervalsAsync),
            new("nothing for two seconds: how long the disk alone makes an insert wait", "plain", NothingAsync),
        ];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var variant in round % 2 == 0 ? variants : variants.Reverse())
            {
                await RunAsync(variant, server, $"run{round}_{Array.IndexOf(variants, variant)}");
            }
        }

        Print(variants, rounds);
        Machine.Describe("after");
    }

    private static async Task RunAsync(Variant variant, PostgresServer server, string name)
    {
        var control = server.ConnectionString + ";Pooling=false";
        await ExecuteAsync(control, $"CREATE DATABASE {name} TEMPLATE {variant.Template} STRATEGY FILE_COPY");
        await ExecuteAsync(control, "CHECKPOINT");
        await Tool.SettleAsync();
        var connection = server.ConnectionString.Replace("Database=cvp", $"Database={name}", StringComparison.Ordinal) + ";Pooling=false";
        await ExecuteAsync(connection, "ANALYZE event");
        await using (var load = await InsertLoad.StartAsync(connection, $"INSERT INTO event(at, note) VALUES ('{Now.AddHours(-1):u}', 'written meanwhile')", InsertEvery))
        {
            var time = TimeProvider.System;
            var started = time.GetTimestamp();
            variant.Rows = await variant.Purge(connection);
            variant.Elapsed.Add(time.GetElapsedTime(started));
            variant.Waits.Add(await load.EndAsync());
        }

        await ExecuteAsync(control, $"DROP DATABASE {name} WITH (FORCE)");
    }

    private static async Task<long> PurgeAsync(string connection, PurgePlan plan) =>
        (await new PostgresPurger(new PostgresOptions(connection), new StandingClock()).PurgeAsync(plan, dryRun: false, OneRun.Create(), CancellationToken.None)).Rows;

    private static async Task<long> NothingAsync(string connection)
    {
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        return 0;
    }

    private static async Task<long> IntervalsAsync(string connection)
    {
        var gone = 0L;
        for (var from = Now.AddDays(-Days); from < Now.AddDays(1 - Days); from = from.AddMinutes(15))
        {
            gone += await ExecuteAsync(connection, $"DELETE FROM event WHERE at >= '{from:u}' AND at < '{from.AddMinutes(15):u}'");
        }

        return gone;
    }

    private static string Schema(string partitioning) => $"CREATE TABLE event(id bigserial, at timestamptz NOT NULL, call int, note text){partitioning}; CREATE INDEX ON event(at); CREATE INDEX ON event(call);";

    private static string Partitions() => string.Concat(Enumerable.Range(0, Days + 1).Select(i => Now.AddDays(i - Days)).Select(
        day => $"CREATE TABLE event_{day:yyyyMMdd} PARTITION OF event FOR VALUES FROM ('{day:u}') TO ('{day.AddDays(1):u}');"));

    private static string Rows(int rows) =>
        $"INSERT INTO event(at, call, note) SELECT timestamptz '{Now.AddDays(-Days):u}' + i * interval '{Days} days' / {rows}, i / 7, 'a note of an event that is as long as such notes are' FROM generate_series(0, {rows - 1}) i; VACUUM ANALYZE event";

    private static async Task<long> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        var rows = 0L;
        foreach (var statement in sql.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            rows = await command.ExecuteNonQueryAsync();
        }

        return rows;
    }

    private static void Print(Variant[] variants, int rounds)
    {
        var table = new Table($"median of {rounds}", "time", "rows deleted", "rows/s", "inserts", "p50", "p99", "max");
        foreach (var variant in variants)
        {
            table.Add(
                variant.Name, Figures.Seconds(variant.Time), $"{variant.Rows}", $"{variant.Rows / variant.Time.TotalSeconds:0}", $"{Statistics.Median(variant.Waits.Select(w => (double)w.Rows)):0}",
                Figures.Milliseconds(Statistics.Median(variant.Waits.Select(w => w.P50))), Figures.Milliseconds(Statistics.Median(variant.Waits.Select(w => w.P99))), Figures.Milliseconds(variant.Max));
        }

        table.Print();
        if (variants[..^1].Select(v => v.Rows).Distinct().Count() > 1)
        {
            throw new MeasurementException("they did not delete the same rows");
        }

        var (partitioned, plain, single) = (variants[0], variants[1], variants[2]);
        var speed = single.Time / plain.Time;
        Console.WriteLine($"aim: partitioned below {PartitionedAim.TotalSeconds:0} s: {Figures.Seconds(partitioned.Time)}, {Figures.Met(partitioned.Time < PartitionedAim)}");
        Console.WriteLine($"aim: plain, longest wait of an insert below {WaitAim:0} ms: {Figures.Milliseconds(plain.Max)} (one DELETE: {Figures.Milliseconds(single.Max)}), {Figures.Met(plain.Max < WaitAim)}");
        Console.WriteLine($"aim: plain, at least {SpeedAim} of the speed of one DELETE: {Figures.Ratio(speed)}, {Figures.Met(speed >= SpeedAim)}");
        Console.WriteLine("ours counts what cannot be dated and refreshes the planner's statistics as well; the peers do not");
    }

    private sealed record Variant(string Name, string Template, Func<string, Task<long>> Purge)
    {
        public long Rows { get; set; }

        public List<TimeSpan> Elapsed { get; } = [];

        public List<(int Rows, double P50, double P99, double Max)> Waits { get; } = [];

        public TimeSpan Time => Statistics.Median(Elapsed);

        public double Max => Statistics.Median(Waits.Select(w => w.Max));
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
