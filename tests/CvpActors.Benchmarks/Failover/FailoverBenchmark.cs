using CvpActors.Benchmarks.Start;
using CvpActors.Benchmarks.Support;
using CvpActors.Testing;

namespace CvpActors.Benchmarks.Failover;

/// <summary>A node dies, leaves or freezes: how soon do the others go on, and does anything run twice?</summary>
internal static class FailoverBenchmark
{
    public static async Task RunAsync(Arguments arguments)
    {
        var rounds = arguments.Number("rounds", 3, least: 0);

        // Shorter than what a peer takes to miss a node, nobody would have gone on without it.
        var freeze = TimeSpan.FromSeconds(arguments.Number("freeze-seconds", 30, least: 30));
        var load = TimeSpan.FromMinutes(arguments.Number("load-minutes", 0, least: 0));
        var node = BuiltNode.Find(arguments.Text("node"));
        using var work = WorkDirectory.Create(arguments, 2048);
        Machine.Describe("before");
        using var postgres = new PostgresServer(place: work.Sub("postgres"), flushes: true, settings: "max_connections=200");
        var trials = 0;
        string Place() => work.Sub($"trial{++trials}");

        var ours = new ClusterContestant(Place, postgres, node, DetectionSettings.Ours, freeze);
        IContestant[] contestants =
        [
            ours,
            new ClusterContestant(Place, postgres, node, DetectionSettings.AkkaDefaults, freeze),
            new QuartzContestant("Quartz.NET, default check-in", postgres, new CheckIn(null, null), freeze),
            new QuartzContestant("Quartz.NET, check-in 1 s, threshold 1 s", postgres, new CheckIn(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), freeze),
        ];
        Console.WriteLine($"{node}, three nodes each, {rounds} rounds");
        var report = new FailoverReport(ours);
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var scenario in Enum.GetValues<Scenario>())
            {
                foreach (var contestant in (round % 2 == 1 ? contestants : contestants.Reverse()).Where(c => c.Describe(scenario) is not null))
                {
                    await Tool.SettleAsync();
                    var trial = await contestant.RunAsync(scenario);
                    report.Add(scenario, contestant, trial);

                    // A round takes minutes: who waits for it sees how it comes on.
                    Console.WriteLine($"round {round}: {contestant.Describe(scenario)}: {contestant.Name}: next run after {Figures.Seconds(trial.NextRun)}");
                }
            }
        }

        if (rounds > 0)
        {
            report.Print();
        }

        if (arguments.Text("out") is { } path)
        {
            report.Write(path);
        }

        if (load > TimeSpan.Zero)
        {
            await new SettingsComparison(Place, postgres, node).RunAsync(load);
        }

        Machine.Describe("after");
    }
}
