using CvpActors.Backups;
using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;
using CvpActors.Engines.Postgres;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Shipping.Delta;
using CvpActors.Testing;
using Npgsql;

namespace CvpActors.Benchmarks.Postgres;

/// <summary>What does a whole attempt of ours cost beside the bare tool with the same guarantees by hand; and which form of a backup costs least to ship?</summary>
internal static class PostgresBackupBenchmark
{
    private const double Aim = 1.1;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static async Task RunAsync(Arguments arguments)
    {
        var scale = arguments.Number("scale", 70);
        var rounds = arguments.Number("rounds", 3);
        var writes = arguments.Number("writes", 100);
        using var work = WorkDirectory.Create(arguments, 500 + (scale * 16L * 8));
        Machine.Describe("before");
        using var server = new PostgresServer(place: work.Sub("postgres"), flushes: true, settings: ["max_wal_size=4GB", "archive_mode=on", .. PgBackRest.Settings(work)]);
        var connection = server.CreateDatabase("bench");
        await Tool.RunAsync(Path.Combine(PostgresServer.Programs, "pgbench"), ["-i", "-q", "-s", $"{scale}", .. Client(server)]);
        await using var rest = await PgBackRest.TryStartAsync(server, work);
        Console.WriteLine($"pgbench scale {scale}, {rounds} rounds, {writes} transactions a second meanwhile");

        var variants = new List<Variant>
        {
            new("ours, method = dump", null, () => OursAsync(connection, BackupMethod.Dump, work.Sub("dump"))),
            new("pg_dump, pg_restore to /dev/null, sha256sum, sync", "ours, method = dump", () => BareDumpAsync(server, work.File("bare.dump"))),
            new("ours, method = basebackup", null, () => OursAsync(connection, BackupMethod.BaseBackup, work.Sub("base"))),
            new("pg_basebackup, tar, pg_verifybackup, sha256sum, sync", "ours, method = basebackup", () => BareBaseAsync(server, work.Sub("bare"))),
        };
        if (rest is not null)
        {
            variants.Add(new Variant("pgBackRest, full, verify", "ours, method = basebackup", rest.BackUpAsync));
        }

        // As from the third night on: each has a last one to check and to rotate.
        foreach (var ours in variants.Where(v => v.Beside is null))
        {
            await ours.Measure();
            await ours.Measure();
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var variant in round % 2 == 0 ? variants : variants.AsEnumerable().Reverse())
            {
                await Tool.SettleAsync();
                await using var load = await InsertLoad.StartAsync(
                    connection, "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = 1 + floor(random() * 100000)::int", TimeSpan.FromSeconds(1.0 / writes));
                variant.Runs.Add(await variant.Measure());
                variant.Waits.Add((await load.EndAsync()).P99);
            }
        }

        Print(variants, rounds);
        await PrintDeltasAsync(server, connection, work);
        Machine.Describe("after");
    }

    internal static string[] Client(PostgresServer server) => ["-h", "127.0.0.1", "-p", $"{server.Port}", "-U", PostgresServer.User, "bench"];

    private static async Task<TimeSpan> OursAsync(string connection, BackupMethod method, string directory)
    {
        var time = TimeProvider.System;
        var files = new BackupFileSet("reporting", directory, new PostgresEngine(new PostgresOptions(connection) { Method = method }), time);
        var started = time.GetTimestamp();
        await files.BackUpAsync(OneRun.Create(), CancellationToken.None);
        return time.GetElapsedTime(started);
    }

    private static async Task<TimeSpan> BareDumpAsync(PostgresServer server, string file)
    {
        var dump = await Tool.RunAsync(Longest, Path.Combine(PostgresServer.Programs, "pg_dump"), ["-Fc", "-Z0", "-f", file, .. Client(server)]);
        var read = await Tool.RunAsync(Longest, Path.Combine(PostgresServer.Programs, "pg_restore"), "-f", "/dev/null", file);
        var sum = await Tool.RunAsync(Longest, "sha256sum", file);
        var sync = await Tool.RunAsync(Longest, "sync", file);
        return dump.Elapsed + read.Elapsed + sum.Elapsed + sync.Elapsed;
    }

    /// <summary>A script would keep the tar, and has to unpack it for the vendor's check.</summary>
    private static async Task<TimeSpan> BareBaseAsync(PostgresServer server, string directory)
    {
        var (tar, plain) = (Path.Combine(directory, "base.tar"), Path.Combine(directory, "plain"));
        var programs = PostgresServer.Programs;
        var backup = await Tool.RunAsync(
            Longest, "/bin/sh", "-c", $"{programs}/pg_basebackup -h 127.0.0.1 -p {server.Port} -U {PostgresServer.User} -D - -Ft -X fetch -c fast > '{tar}'");
        Directory.CreateDirectory(plain);
        var unpack = await Tool.RunAsync(Longest, "tar", "-xf", tar, "-C", plain);
        var verify = await Tool.RunAsync(Longest, Path.Combine(programs, "pg_verifybackup"), plain);
        var sum = await Tool.RunAsync(Longest, "sha256sum", tar);
        var sync = await Tool.RunAsync(Longest, "sync", tar);
        Directory.Delete(plain, recursive: true);
        return backup.Elapsed + unpack.Elapsed + verify.Elapsed + sum.Elapsed + sync.Elapsed;
    }

    private static void Print(List<Variant> variants, int rounds)
    {
        var table = new Table($"median of {rounds}", "time", "all rounds", "ours to this", "writer's p99");
        foreach (var variant in variants)
        {
            table.Add(
                variant.Name,
                Figures.Seconds(variant.Elapsed),
                string.Join(", ", variant.Runs.Select(r => $"{r.TotalSeconds:0.0}")),
                variant.Beside is null ? "-" : Figures.Ratio(Ours(variant).Elapsed / variant.Elapsed),
                Figures.Milliseconds(Statistics.Median(variant.Waits)));
        }

        table.Print();
        foreach (var peer in variants.Where(v => v.Beside is not null))
        {
            var ratio = Ours(peer).Elapsed / peer.Elapsed;
            var most = peer.Name.StartsWith("pgBackRest", StringComparison.Ordinal) ? 1 : Aim;
            Console.WriteLine($"aim: {peer.Beside} at most {most} times the time of {peer.Name}: {Figures.Ratio(ratio)}, {Figures.Met(ratio <= most)}");
        }

        Variant Ours(Variant peer) => variants.Single(v => v.Name == peer.Beside);
    }

    /// <summary>A night's change: one row of fifty, at random places, and as many new ones.</summary>
    private static async Task PrintDeltasAsync(PostgresServer server, string connection, WorkDirectory work)
    {
        var forms = new (string Name, string Command)[]
        {
            ("plain text", "pg_dump"),
            ("custom, uncompressed (method = dump)", "pg_dump -Fc -Z0"),
            ("custom, as pg_dump compresses", "pg_dump -Fc"),
            ("tar of the server (method = basebackup)", "pg_basebackup -D - -Ft -X fetch -c fast"),
        };
        await WriteAsync("before");
        await ExecuteAsync(connection, "UPDATE pgbench_accounts SET abalance = 1 WHERE random() < 0.02; INSERT INTO pgbench_history SELECT 1, 1, 1, 1, now() FROM generate_series(1, 10000)");
        await WriteAsync("after");
        var table = new Table("a night's delta", "file", "delta", "of the file");
        foreach (var (name, _) in forms)
        {
            var (bytes, delta) = (new FileInfo(PathOf(name, "after")).Length, await DeltaBytesAsync(PathOf(name, "before"), PathOf(name, "after")));
            table.Add(name, Figures.Megabytes(bytes), $"{delta / 1048576.0:0.0} MB", $"{100.0 * delta / bytes:0.0} %");
        }

        table.Print();

        string PathOf(string form, string when) => work.File($"{Array.FindIndex(forms, f => f.Name == form)}.{when}");

        async Task WriteAsync(string when)
        {
            foreach (var (name, command) in forms)
            {
                var database = command.StartsWith("pg_dump", StringComparison.Ordinal) ? " bench" : "";
                await Tool.RunAsync("/bin/sh", "-c", $"{PostgresServer.Programs}/{command} -h 127.0.0.1 -p {server.Port} -U {PostgresServer.User}{database} > '{PathOf(name, when)}'");
            }
        }
    }

    private static async Task<long> DeltaBytesAsync(string before, string after)
    {
        using var oldFile = File.OpenHandle(before);
        using var newFile = File.OpenHandle(after);
        var plan = DeltaPlanner.Plan(
            new SignedFile(newFile, new string('b', 64), SignatureReader.Read(newFile, CancellationToken.None)),
            new SignedFile(oldFile, new string('a', 64), SignatureReader.Read(oldFile, CancellationToken.None)),
            CancellationToken.None);
        var bytes = 0L;
        await DeltaWriter.WriteAsync(
            plan, newFile, oldFile, 0,
            frame =>
            {
                bytes += frame.Length;
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        return bytes;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <param name="Name">What it is called.</param>
    /// <param name="Beside">Which of ours it is measured beside; null for ours.</param>
    /// <param name="Measure">Makes one backup.</param>
    private sealed record Variant(string Name, string? Beside, Func<Task<TimeSpan>> Measure)
    {
        public List<TimeSpan> Runs { get; } = [];

        public List<double> Waits { get; } = [];

        public TimeSpan Elapsed => Statistics.Median(Runs);
    }
}
