using CvpActors.Benchmarks.Support;
using CvpActors.Testing;

namespace CvpActors.Benchmarks.Failover;

/// <summary>Quick to find the dead, or slow to doubt the living: what each choice of settings costs in both.</summary>
/// <param name="place">Makes an empty directory for one trial.</param>
/// <param name="postgres">Where the journals are.</param>
/// <param name="node">The node's assembly.</param>
internal sealed class SettingsComparison(Func<string> place, PostgresServer postgres, string node)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);


    /// <summary>The exit code of a node that its cluster has removed.</summary>
    private const int Removed = 75;

    private static readonly DetectionSettings[] Choices =
    [
        DetectionSettings.Of(200, 700, 1000, 200),
        DetectionSettings.Of(300, 1000, 1500, 300),
        DetectionSettings.Of(300, 1500, 2000, 300) with { Name = "0.3, 1.5, 2.0, 0.3 (the node's own)" },
        DetectionSettings.Of(500, 3000, 3000, 500),
        DetectionSettings.AkkaDefaults with { Name = "1.0, 3.0, 20.0, as long again (Akka's own)" },
    ];

    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Measures and prints every choice.</summary>
    /// <param name="load">How long each is watched on a machine that is busy.</param>
    public async Task RunAsync(TimeSpan load)
    {
        var table = new Table(
            "heartbeat, pause, stable-after, margin (s)", "next answer after kill -9", "after silence", $"doubts in {load.TotalMinutes:0} min under load", "members lost");
        foreach (var choice in Choices)
        {
            var killed = await AnswerAsync(choice, Signal.Kill);
            var silent = await AnswerAsync(choice, Signal.Stop);
            var (doubted, lost) = await BearLoadAsync(choice, load);
            table.Add(choice.Name, Text(killed), Text(silent), $"{doubted}", $"{lost}");

            // A choice takes minutes: who waits for them sees how they come on.
            Console.WriteLine($"{choice.Name}: {Text(killed)}, {Text(silent)}, {doubted}, {lost}");
        }

        table.Print();
        Console.WriteLine($"load: {Environment.ProcessorCount} busy cores beside one process that writes and flushes; a doubt is one member that cannot be reached from another, and a member is lost when the living removed it, so that it must start anew");
    }

    private static string Text(TimeSpan? answer) => answer is { } time ? Figures.Seconds(time) : $"none in {Timing.AtMost.TotalSeconds:0} s";

    /// <returns>Null when there was none: with settings too quick for the machine the survivors give each other up as well.</returns>
    private async Task<TimeSpan?> AnswerAsync(DetectionSettings choice, Signal signal)
    {
        using var trio = await StartAsync(choice);
        var (coordinator, _) = await trio.CoordinatorAsync();
        var asked = 1 + (coordinator % 3);
        var at = _time.GetTimestamp();
        Signals.Send(trio.Process(coordinator).Id, signal);
        try
        {
            await Until.AnsweredAsync("the state at another node", async () => await trio.Bridge(asked).GetAsync($"/api/v1/databases/{NodeTrio.Database(asked)}") is not null);
            return _time.GetElapsedTime(at);
        }
        catch (MeasurementException)
        {
            return null;
        }
    }

    private async Task<(int Doubted, int Lost)> BearLoadAsync(DetectionSettings choice, TimeSpan load)
    {
        using var trio = await StartAsync(choice);
        var ended = new List<string>();
        var lost = 0;
        using (await BusyMachine.StartAsync(Path.Combine(place(), "busy")))
        {
            for (var begun = _time.GetTimestamp(); _time.GetElapsedTime(begun) < load; await Task.Delay(LookEvery, _time))
            {
                foreach (var number in NodeTrio.Numbers.Where(n => trio.Process(n).HasEnded))
                {
                    lost += trio.Process(number).ExitCode == Removed ? 1 : 0;
                    ended.Add(await trio.Process(number).WholeOutput);
                    trio.Start(number);
                }
            }
        }

        foreach (var process in NodeTrio.Numbers.Select(trio.Process))
        {
            process.Dispose();
            ended.Add(await process.WholeOutput);
        }

        return (ended.Sum(output => output.Split('\n').Count(line => line.Contains("cannot be reached", StringComparison.Ordinal))), lost);
    }

    private async Task<NodeTrio> StartAsync(DetectionSettings choice)
    {
        var directory = place();
        return await NodeTrio.StartAsync(node, directory, postgres.CreateDatabase(Path.GetFileName(directory)), choice);
    }
}
