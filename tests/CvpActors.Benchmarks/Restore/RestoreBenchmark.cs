using CvpActors.Actors.Agents;
using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Engines.Command;
using CvpActors.Engines.Postgres;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Engines.Sqlite;
using CvpActors.Files;
using CvpActors.Testing;

namespace CvpActors.Benchmarks.Restore;

/// <summary>What does a restore of ours cost beside the bare tool, per engine? Ours proves the source's checksum first, as a worker does, and ends with what it made durable.</summary>
internal static class RestoreBenchmark
{
    private const double Aim = 1.1;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static async Task RunAsync(Arguments arguments)
    {
        var megabytes = arguments.Number("megabytes", 1024);
        var scale = arguments.Number("scale", 70);
        var rounds = arguments.Number("rounds", 3);
        using var work = WorkDirectory.Create(arguments, (megabytes * 6L) + (scale * 16L * 8) + 500);
        Machine.Describe("before");
        var pairs = new List<Pair>(await SqlitePairsAsync(work, megabytes));
        using var server = new PostgresServer(place: work.Sub("postgres"), flushes: true, settings: ["max_wal_size=4GB"]);
        pairs.AddRange(await PostgresPairsAsync(server, work, scale));
        for (var round = 0; round < rounds; round++)
        {
            foreach (var pair in pairs)
            {
                await pair.RunAsync(oursFirst: round % 2 == 0);
            }
        }

        var table = new Table($"median of {rounds}", "ours", "all rounds", "the bare tool", "all rounds", "ratio");
        foreach (var pair in pairs)
        {
            table.Add(pair.Name, Figures.Seconds(pair.Ours.Median), pair.Ours.All, Figures.Seconds(pair.Bare.Median), pair.Bare.All, Figures.Ratio(pair.Ratio));
        }

        table.Print();
        foreach (var pair in pairs)
        {
            Console.WriteLine($"aim: {pair.Name} at most {Aim} times the bare tool: {Figures.Ratio(pair.Ratio)}, {Figures.Met(pair.Ratio <= Aim)}");
        }

        Console.WriteLine("ours includes reading the source to prove its SHA-256, and PostgreSQL's ANALYZE; the bare tool is followed by sync of what it wrote, and by the same ANALYZE");
        Machine.Describe("after");
    }

    private static async Task<IEnumerable<Pair>> SqlitePairsAsync(WorkDirectory work, int megabytes)
    {
        var (live, backup) = (work.File("live.db"), work.File("live.backup"));
        ReportingData.CreateOfSize(live, (long)megabytes << 20, TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(30));
        await Tool.RunAsync("sqlite3", live, $".backup '{backup}'");
        var restorer = new SqliteRestorer(new SqliteOptions(live), TimeProvider.System);
        var (ours, bare) = (work.File("ours.db"), work.File("bare.db"));
        var program = new CommandRestorer(new CommandOptions([], [], [], System.Collections.Immutable.ImmutableDictionary<string, string>.Empty)
        {
            Restore = ["/bin/sh", "-c", "cat > \"$CVP_RESTORE_TARGET\" && sync \"$CVP_RESTORE_TARGET\""],
        }, TimeProvider.System);
        return
        [
            new Pair("sqlite, to a new file (cp, sync)", () => OursAsync(restorer, backup, ours), () => ToolsAsync(("cp", [backup, bare]), ("sync", [bare])), () => Delete(ours, bare)),
            new Pair("sqlite, over the live one (sqlite3 .restore, sync)", () => OursAsync(restorer, backup, RestoreOrder.Live), () => ToolsAsync(("sqlite3", [live, $".restore '{backup}'"]), ("sync", [live])), () => Task.CompletedTask),
            new Pair("command (cat, sync)", () => OursAsync(program, backup, ours), () => ToolsAsync(("/bin/sh", ["-c", $"cat > '{bare}' < '{backup}'; sync '{bare}'"])), () => Delete(ours, bare)),
        ];
    }

    private static async Task<IEnumerable<Pair>> PostgresPairsAsync(PostgresServer server, WorkDirectory work, int scale)
    {
        var connection = server.CreateDatabase("bench");
        string[] client = ["-h", "127.0.0.1", "-p", $"{server.Port}", "-U", PostgresServer.User];
        string Program(string name) => Path.Combine(PostgresServer.Programs, name);
        await Tool.RunAsync(Program("pgbench"), ["-i", "-q", "-s", $"{scale}", .. client, "bench"]);
        var (dump, tar, ours, bare) = (work.File("bench.dump"), work.File("bench.tar"), work.File("ours.data"), work.File("bare.data"));
        foreach (var (method, file) in new[] { (BackupMethod.Dump, dump), (BackupMethod.BaseBackup, tar) })
        {
            await new PostgresEngine(new PostgresOptions(connection) { Method = method }).DumpAsync(file, OneRun.Create(), CancellationToken.None);
        }

        var restorer = new DumpRestorer(new PostgresOptions(connection), TimeProvider.System);
        return
        [
            new Pair(
                "postgres, dump to a new database (createdb, pg_restore -j, vacuumdb -Z)",
                () => OursAsync(restorer, dump, "ours"),
                () => ToolsAsync(
                    (Program("createdb"), [.. client, "-T", "template0", "bare"]),
                    (Program("pg_restore"), [.. client, "-j", $"{Environment.ProcessorCount}", "-d", "bare", dump]),
                    (Program("vacuumdb"), [.. client, "-q", "-Z", "bare"])),
                async () =>
                {
                    await Tool.RunAsync(Program("dropdb"), [.. client, "--if-exists", "ours"]);
                    await Tool.RunAsync(Program("dropdb"), [.. client, "--if-exists", "bare"]);
                }),
            new Pair(
                "postgres, base backup to a new directory (tar -x, pg_verifybackup, sync)",
                () => OursAsync(new BaseBackupRestorer(), tar, ours),
                async () =>
                {
                    Directory.CreateDirectory(bare);
                    return await ToolsAsync(("tar", ["-xf", tar, "-C", bare]), (Program("pg_verifybackup"), ["-q", bare]), ("sync", ["-f", bare]));
                },
                () => Delete(ours, bare)),
        ];
    }

    private static async Task<TimeSpan> OursAsync(IRestorer restorer, string backup, string target)
    {
        var time = TimeProvider.System;
        var order = new RestoreOrder("current", 1, new FileInfo(backup).Length, Sha256File.Compute(backup, CancellationToken.None), target);
        var started = time.GetTimestamp();
        await using (var staged = await ProvenStage.MakeAsync(restorer, backup, order, toBePurged: false, OneRun.Create(), CancellationToken.None))
        {
            await staged.PublishAsync(OneRun.Create(), CancellationToken.None);
        }

        return time.GetElapsedTime(started);
    }

    private static async Task<TimeSpan> ToolsAsync(params (string Program, string[] Arguments)[] tools)
    {
        var elapsed = TimeSpan.Zero;
        foreach (var (program, arguments) in tools)
        {
            elapsed += (await Tool.RunAsync(Longest, program, arguments)).Elapsed;
        }

        return elapsed;
    }

    private static Task Delete(params string[] places)
    {
        foreach (var place in places)
        {
            if (Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }

            File.Delete(place);
        }

        return Task.CompletedTask;
    }

    /// <summary>One restore of ours and of the bare tool's.</summary>
    private sealed class Pair(string name, Func<Task<TimeSpan>> ours, Func<Task<TimeSpan>> bare, Func<Task> forget)
    {
        public string Name => name;

        public Series Ours { get; } = new();

        public Series Bare { get; } = new();

        public double Ratio => Ours.Median / Bare.Median;

        public async Task RunAsync(bool oursFirst)
        {
            foreach (var isOurs in oursFirst ? new[] { true, false } : [false, true])
            {
                await forget();
                await Tool.SettleAsync();
                (isOurs ? Ours : Bare).Add(await (isOurs ? ours() : bare()));
            }

            await forget();
        }
    }

    private sealed class Series
    {
        private readonly List<TimeSpan> _runs = [];

        public TimeSpan Median => Statistics.Median(_runs);

        public string All => string.Join(", ", _runs.Select(r => $"{r.TotalSeconds:0.0}"));

        public void Add(TimeSpan run) => _runs.Add(run);
    }
}
