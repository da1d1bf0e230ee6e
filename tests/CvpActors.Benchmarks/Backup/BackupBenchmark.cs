using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Backup;

/// <summary>Is a whole, verified backup of ours faster than the command line's one step after the other, in little memory, while somebody writes?</summary>
internal static class BackupBenchmark
{
    private const double CheckedAim = 0.7;
    private const double UncheckedAim = 1.1;
    private const long MemoryAim = 150L << 20;

    private const string Checked = "sqlite3 .backup in one read transaction, integrity_check, sha256sum, sync";
    private const string Unchecked = "the same without integrity_check";

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
            new(Checked, Written: true, () => PeerAsync(database, peer, peerAtMost, check: true)),
            new(Unchecked, Written: true, () => PeerAsync(database, peer, peerAtMost, check: false)),
            new("ours, no writer", Written: false, () => BackupChild.StartAsync(database, ours)),
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

    /// <summary>One after the other, as a script would do it, with the same snapshot as ours and the same proof or none.</summary>
    private static async Task<Measured> PeerAsync(string database, string copy, TimeSpan atMost, bool check)
    {
        // A lock that a writer holds is waited for, as we do.
        var backup = await Tool.RunAsync(atMost, "sqlite3", ["-cmd", ".timeout 30000", database, "BEGIN", "SELECT count(*) FROM sqlite_schema", $".backup '{copy}'"]);
        if (backup.TimedOut)
        {
            return new Measured(backup.Elapsed, backup.PeakBytes, true);
        }

        var steps = new List<ToolRun> { backup };
        if (check)
        {
            steps.Add(await Tool.RunAsync("sqlite3", copy, "PRAGMA integrity_check"));
        }

        steps.Add(await Tool.RunAsync("sha256sum", copy));
        steps.Add(await Tool.RunAsync("sync", copy));
        return new Measured(TimeSpan.FromTicks(steps.Sum(step => step.Elapsed.Ticks)), steps.Max(step => step.PeakBytes), false);
    }

    private static void Print(Variant[] variants, int rounds, TimeSpan peerAtMost)
    {
        var (whole, bare) = (variants.Single(v => v.Name == Checked), variants.Single(v => v.Name == Unchecked));
        if (!whole.Ended || !bare.Ended)
        {
            throw new MeasurementException($"the peer never ended within {peerAtMost.TotalSeconds:0} s; allow it more --peer-seconds");
        }

        var table = new Table($"median of {rounds}", "time", "all rounds", "ratio to the checked peer", "peak memory", "rows/s written meanwhile", "writer's p99");
        foreach (var variant in variants)
        {
            table.Add(
                variant.Name,
                variant.Ended ? Figures.Seconds(variant.Elapsed) : $"not done in {peerAtMost.TotalSeconds:0} s",
                string.Join(", ", variant.Runs.Select(r => (r.TimedOut ? ">" : "") + $"{r.Elapsed.TotalSeconds:0.0}")),
                variant.Ended ? Figures.Ratio(variant.Elapsed / whole.Elapsed) : "-",
                Figures.Megabytes(variant.PeakBytes),
                variant.Written ? $"{Statistics.Median(variant.WritesPerSecond):0}" : "-",
                variant.Written ? Figures.Milliseconds(Statistics.Median(variant.WaitP99)) : "-");
        }

        table.Print();
        var ours = variants[0];
        foreach (var (peer, aim) in new[] { (whole, CheckedAim), (bare, UncheckedAim) })
        {
            var ratio = ours.Elapsed / peer.Elapsed;
            Console.WriteLine($"aim: time of ours with a writer at most {aim} times that of {peer.Name}: {Figures.Ratio(ratio)}, {Figures.Met(ratio <= aim)}");
        }

        Console.WriteLine($"aim: peak memory of ours below {Figures.Megabytes(MemoryAim)}: {Figures.Megabytes(ours.PeakBytes)}, {Figures.Met(ours.PeakBytes < MemoryAim)}");
        Console.WriteLine(
            $"ours with a writer, by parts (medians): check of the last backup and rotation {ours.Part(p => p.Before)}, dump {ours.Part(p => p.Dump)}, "
            + $"verification {ours.Part(p => p.Verification)} (checksum and flush go beside it)");
        Console.WriteLine("ours also checks the last backup against its checksum and rotates; the peer does not");
    }

    private sealed record Variant(string Name, bool Written, Func<Task<Measured>> Measure)
    {
        public List<Measured> Runs { get; } = [];

        public List<double> WritesPerSecond { get; } = [];

        public List<double> WaitP99 { get; } = [];

        public bool Ended => !Runs.Any(r => r.TimedOut);

        public TimeSpan Elapsed => Statistics.Median(Runs.Select(r => r.Elapsed));

        public string Part(Func<Phases, TimeSpan> part) => Figures.Seconds(Statistics.Median(Runs.Select(r => part(r.Phases!))));

        public long PeakBytes => Runs.Max(r => r.PeakBytes);
    }
}
