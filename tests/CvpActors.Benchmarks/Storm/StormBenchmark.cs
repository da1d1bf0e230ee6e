using CvpActors.Benchmarks.Support;
using CvpActors.Testing;

namespace CvpActors.Benchmarks.Storm;

/// <summary>Ten thousand databases due at the same instant: how long until each has been granted, with everything persisted?</summary>
internal static class StormBenchmark
{
    private const double RatioAim = 3;

    public static async Task RunAsync(Arguments arguments)
    {
        var databases = arguments.Number("databases", 10_000);
        var rounds = arguments.Number("rounds", 3);
        Machine.Describe("before");
        using var work = WorkDirectory.Create(arguments, megabytesNeeded: 2000);
        using var postgres = new PostgresServer(place: work.Sub("postgres"), flushes: true, settings: "max_connections=200");
        var (ours, theirs) = (new List<StormSeen>(), new List<StormSeen>());
        for (var round = 0; round < rounds; round++)
        {
            // In turns, each on a database of its own.
            ours.Add(await OurStorm.RunAsync(postgres.CreateDatabase($"ours{round}"), databases));
            Console.WriteLine($"round {round + 1}: ours {ours[^1]}");
            theirs.Add(await QuartzStorm.RunAsync(postgres.CreateDatabase($"theirs{round}"), databases));
            Console.WriteLine($"round {round + 1}: Quartz.NET {theirs[^1]}");
        }

        Machine.Describe("after");
        var (our, their) = (Statistics.Median(ours.Select(s => s.Took)), Statistics.Median(theirs.Select(s => s.Took)));
        var table = new Table($"{databases} due at once", "until the last", "ratio", "lost", "double");
        table.Add("ours: window and lock persisted, order sent", Figures.Seconds(our), Figures.Ratio(1), $"{ours.Sum(s => s.Lost)}", $"{ours.Sum(s => s.Double)}");
        table.Add("Quartz.NET clustered: trigger fired once", Figures.Seconds(their), Figures.Ratio(their / our), $"{theirs.Sum(s => s.Lost)}", $"{theirs.Sum(s => s.Double)}");
        table.Print();
        var faultless = ours.TrueForAll(s => s is { Lost: 0, Double: 0 });
        Console.WriteLine($"aims: {RatioAim:0} times faster: {Figures.Ratio(their / our)}, {Figures.Met(their / our >= RatioAim)}; zero lost, zero double: {Figures.Met(faultless)}");
    }
}

/// <summary>What one storm showed.</summary>
/// <param name="Took">From the due instant to the last.</param>
/// <param name="Lost">How many never came.</param>
/// <param name="Double">How many came twice.</param>
internal sealed record StormSeen(TimeSpan Took, int Lost, int Double)
{
    public override string ToString() => $"{Figures.Seconds(Took)}, {Lost} lost, {Double} double";
}
