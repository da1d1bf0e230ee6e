using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Backup;

/// <summary>Is a whole backup of ours as fast as the command line's, in little memory, while somebody writes?</summary>
internal static class BackupBenchmark
{
    private const double TimeAim = 1.1;
    private const long MemoryAim = 150L << 20;

    public static async Task RunAsync(Arguments arguments)
    {
        var megabytes = arguments.Number("megabytes", 1024);
        var rounds = arguments.Number("rounds", 3);
        var writes = arguments.Number("writes", 100);
        var peerAtMost = TimeSpan.FromSeconds(arguments.Number("peer-seconds", 60));
        using var work = WorkDirectory.Create(arguments, 6L * megabytes);
        Machine.Describe("before");
        var database = work.File("reporting.db");
        ReportingData.CreateOfSize(database, (long)megabytes << 20, TimeProvider.System.GetUtcNow().AddDays(-45));
        var ours = work.Sub("backup");
        var peer = work.File("peer.db");
        var sqlite = (await Tool.RunAsync("sqlite3", "--version")).Output.Split(' ')[0];
        Console.WriteLine($"database of {Figures.Megabytes(new FileInfo(database).Length)}, {rounds} rounds, sqlite3 {sqlite}, {writes} rows a second written meanwhile");

        // Every measured backup has a current and an old file to rotate and to let go of, as from the third night on.
        await BackupChild.StartAsync(database, ours);
        await BackupChild.StartAsync(database, ours);

        Variant[] variants =
        [
            new("ours, writer going", Written: true, () => BackupChild.StartAsync(database, ours)),
            new("sqlite3 .backup, writer going", Written: true, () => PeerAsync(database, peer, peerAtMost)),
            new("sqlite3 .backup in one read transaction, writer going", Written: true, () => PeerAsync(database, peer, peerAtMost, "BEGIN", "SELECT count(*) FROM sqlite_schema")),
            new("ours, no writer", Written: false, () => BackupChild.StartAsync(database, ours)),
            new("sqlite3 .backup, no writer", Written: false, () => PeerAsync(database, peer, peerAtMost)),
        ];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var variant in round % 2 == 0 ? variants : variants.Reverse())
            {
                // Once it could not end in its time there is nothing more to learn from it.
                if (!variant.Runs.Any(r => r.TimedOut))
                {
                    await RunAsync(variant, database, 1.0 / writes);
                    File.Delete(peer);
                }
            }
        }

        Print(variants, rounds, peerAtMost);
        Machine.Describe("after");
    }

    private static async Task RunAsync(Variant variant, string database, double secondsPerWrite)
    {
        await Tool.SettleAsync();
        if (!variant.Written)
        {
            variant.Runs.Add(await variant.Measure());
            return;
        }

        using var writer = await SteadyWriter.StartAsync(database, TimeSpan.FromSeconds(secondsPerWrite));
        await writer.BeginAsync();
        var measured = await variant.Measure();
        var figures = await writer.EndAsync();
        variant.Runs.Add(measured);
        variant.WritesPerSecond.Add(figures.Rows / measured.Elapsed.TotalSeconds);
        variant.WaitP99.Add(figures.P99);
    }

    private static async Task<Measured> PeerAsync(string database, string copy, TimeSpan atMost, params string[] before)
    {
        // A lock that a writer holds is waited for, as we do.
        var backup = await Tool.RunAsync(atMost, "sqlite3", ["-cmd", ".timeout 30000", database, .. before, $".backup '{copy}'"]);
        if (backup.TimedOut)
        {
            return new Measured(backup.Elapsed, backup.PeakBytes, true);
        }

        var checksum = await Tool.RunAsync("sha256sum", copy);
        var flush = await Tool.RunAsync("sync", copy);
        return new Measured(
            backup.Elapsed + checksum.Elapsed + flush.Elapsed,
            Math.Max(backup.PeakBytes, Math.Max(checksum.PeakBytes, flush.PeakBytes)),
            false);
    }

    private static void Print(Variant[] variants, int rounds, TimeSpan peerAtMost)
    {
        // Judged against the fastest of the peer that ended; one that somebody's writing makes start anew may never end.
        var fastest = variants.Where(v => v.IsPeer && v.Ended).MinBy(v => v.Elapsed)
            ?? throw new MeasurementException($"the peer never ended within {peerAtMost.TotalSeconds:0} s; allow it more --peer-seconds");
        var table = new Table($"median of {rounds}", "time", "all rounds", "ratio to fastest peer", "peak memory", "rows/s written meanwhile", "writer's p99");
        foreach (var variant in variants)
        {
            table.Add(
                variant.Name,
                variant.Ended ? Figures.Seconds(variant.Elapsed) : $"not done in {peerAtMost.TotalSeconds:0} s",
                string.Join(", ", variant.Runs.Select(r => (r.TimedOut ? ">" : "") + $"{r.Elapsed.TotalSeconds:0.0}")),
                variant.Ended ? Figures.Ratio(variant.Elapsed / fastest.Elapsed) : "-",
                Figures.Megabytes(variant.PeakBytes),
                variant.Written ? $"{Statistics.Median(variant.WritesPerSecond):0}" : "-",
                variant.Written ? Figures.Milliseconds(Statistics.Median(variant.WaitP99)) : "-");
        }

        table.Print();
        var ours = variants[0];
        var ratio = ours.Elapsed / fastest.Elapsed;
        Console.WriteLine($"aim: time of ours with a writer at most {TimeAim} times the peer's ({fastest.Name}): {Figures.Ratio(ratio)}, {Figures.Met(ratio <= TimeAim)}");
        Console.WriteLine($"aim: peak memory of ours below {Figures.Megabytes(MemoryAim)}: {Figures.Megabytes(ours.PeakBytes)}, {Figures.Met(ours.PeakBytes < MemoryAim)}");
        Console.WriteLine(
            $"ours with a writer, by parts (medians): check of the last backup and rotation {ours.Part(p => p.Before)}, dump {ours.Part(p => p.Dump)}, "
            + $"verification {ours.Part(p => p.Verification)} (checksum and flush go beside it)");
        Console.WriteLine("ours also checks the last backup against its checksum, rotates, and verifies the new one (PRAGMA integrity_check); the peer does not");
        Console.WriteLine("sqlite3 .backup starts anew whenever another process writes; in a read transaction of its own it does not");
    }

    private sealed record Variant(string Name, bool Written, Func<Task<Measured>> Measure)
    {
        public List<Measured> Runs { get; } = [];

        public List<double> WritesPerSecond { get; } = [];

        public List<double> WaitP99 { get; } = [];

        public bool IsPeer => Name.StartsWith("sqlite3", StringComparison.Ordinal);

        public bool Ended => !Runs.Any(r => r.TimedOut);

        public TimeSpan Elapsed => Statistics.Median(Runs.Select(r => r.Elapsed));

        public string Part(Func<Phases, TimeSpan> part) => Figures.Seconds(Statistics.Median(Runs.Select(r => part(r.Phases!))));

        public long PeakBytes => Runs.Max(r => r.PeakBytes);
    }
}
