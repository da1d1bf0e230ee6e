using System.Globalization;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Failover;

/// <summary>All trials, and what they come to.</summary>
/// <param name="ours">Whom the others are held against, and whose figures are held against the aims.</param>
internal sealed class FailoverReport(IContestant ours)
{
    private static readonly TimeSpan KillAim = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan TerminateAim = TimeSpan.FromSeconds(2);

    private readonly List<(Scenario Scenario, IContestant Contestant, Trial Trial)> _trials = [];

    public void Add(Scenario scenario, IContestant contestant, Trial trial) => _trials.Add((scenario, contestant, trial));

    public void Print()
    {
        var rounds = Of(Scenario.Kill).Count();
        var table = new Table($"median of {rounds}", "next answer", "all rounds", "next run", "all rounds", "ratio of next run to ours", "twice at once");
        foreach (var group in _trials.GroupBy(t => (t.Scenario, t.Contestant)).OrderBy(group => group.Key.Scenario))
        {
            var (scenario, contestant) = group.Key;
            var trials = group.Select(t => t.Trial).ToList();
            table.Add(
                $"{contestant.Describe(scenario)}: {contestant.Name}",
                trials[0].NextAnswer is null ? "-" : Figures.Seconds(Statistics.Median(trials.Select(t => t.NextAnswer!.Value))),
                trials[0].NextAnswer is null ? "-" : All(trials.Select(t => t.NextAnswer!.Value)),
                Figures.Seconds(Statistics.Median(trials.Select(t => t.NextRun))),
                All(trials.Select(t => t.NextRun)),
                Figures.Ratio(Statistics.Median(trials.Select(t => t.NextRun)) / Statistics.Median(Of(scenario).Select(t => t.NextRun))),
                $"{trials.Count(t => t.TwiceAtOnce > 0)} of {trials.Count}");
        }

        table.Print();
        PrintAim("next answer after kill -9", Scenario.Kill, KillAim);
        PrintAim("next answer after SIGTERM", Scenario.Terminate, TerminateAim);
        var twice = _trials.Where(t => t.Contestant == ours).Sum(t => t.Trial.TwiceAtOnce);
        Console.WriteLine($"aim: nothing of ours twice at once: {twice}, {Figures.Met(twice == 0)}");
        var again = Of(Scenario.Kill).Select(t => t.OwnAgain!.Value).ToList();
        Console.WriteLine(
            $"ours, the database on the killed node's machine: next run {Figures.Seconds(Statistics.Median(again))} after the node's process was started again ({All(again)}); "
            + "no other machine has it, so until then it has no runs, while Quartz.NET's job is not bound to a machine");
        Console.WriteLine("next answer: a correct state of a database at another node, with the lock of a run that goes on there; after SIGTERM, in a later epoch");
        Console.WriteLine("next run: ours, granted to a database of another node; Quartz.NET, the first step of its recovered job at another node (its other jobs never wait: it has no coordinator)");
        Console.WriteLine("twice at once: trials in which steps of two runs of one job came between each other; ours also where the history says so. Quartz.NET promises at-least-once for such jobs");
        Console.WriteLine("a dead process's port refuses connections, which tells ours at once whatever Akka's settings are; only the margin after that (Akka's own: 20 s) is then one of them. In silence (SIGSTOP) all count");
    }

    /// <summary>Writes every trial as a line of comma-separated values; times are in seconds.</summary>
    public void Write(string path) => File.WriteAllLines(path,
    [
        "scenario,contestant,next_answer_s,next_run_s,own_database_again_s,twice_at_once",
        .. _trials.Select(t => string.Create(
            CultureInfo.InvariantCulture,
            $"{t.Scenario},\"{t.Contestant.Name}\",{t.Trial.NextAnswer?.TotalSeconds:0.000},{t.Trial.NextRun.TotalSeconds:0.000},{t.Trial.OwnAgain?.TotalSeconds:0.000},{t.Trial.TwiceAtOnce}")),
    ]);

    private static string All(IEnumerable<TimeSpan> times) => string.Join(", ", times.Select(t => $"{t.TotalSeconds:0.0}"));

    private IEnumerable<Trial> Of(Scenario scenario) => _trials.Where(t => t.Scenario == scenario && t.Contestant == ours).Select(t => t.Trial);

    private void PrintAim(string what, Scenario scenario, TimeSpan aim)
    {
        // The slowest counts: whoever waits does not wait for a median.
        var slowest = Of(scenario).Max(t => t.NextAnswer!.Value);
        Console.WriteLine($"aim: {what} within {Figures.Seconds(aim)}, slowest of all rounds: {Figures.Seconds(slowest)}, {Figures.Met(slowest <= aim)}");
    }
}
