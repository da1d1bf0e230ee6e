using System.Text.Json;

namespace CvpActors.Benchmarks.Failover;

/// <summary>
/// One node of three is struck while it and another run a job; the third is asked. What a correct answer is: the state of the other's database,
/// with the lock of the run that goes on.
/// </summary>
internal sealed class ClusterTrial(NodeTrio trio, Scenario scenario, TimeSpan freeze)
{
    private static readonly TimeSpan TemptEvery = TimeSpan.FromSeconds(1);

    // Every refused request is recorded in the journal.
    private static readonly TimeSpan RequestEvery = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time = TimeProvider.System;

    public async Task<Trial> RunAsync()
    {
        var (coordinator, epoch) = await trio.CoordinatorAsync();
        var struck = scenario == Scenario.FreezeWorker ? Next(coordinator) : coordinator;
        var (other, asked) = (Next(struck), Next(Next(struck)));
        await StartJobAsync(struck);
        var job = await StartJobAsync(other);

        var at = _time.GetTimestamp();
        var thaw = Blow.Strike(scenario, trio.Process(struck).Id, freeze);
        await Until.AnsweredAsync("the state at another node", () => IsStateAsync(asked, other, job, atLeast: scenario == Scenario.Terminate ? epoch + 1 : epoch));
        var nextAnswer = _time.GetElapsedTime(at);
        await RunGrantedAsync(asked, asked);
        var nextRun = _time.GetElapsedTime(at);

        TimeSpan? ownAgain = scenario == Scenario.Kill ? await RunAgainAsync(struck, asked) : null;
        if (scenario is Scenario.Freeze or Scenario.FreezeWorker)
        {
            await TemptAsync(thaw, asked, struck, other);
        }

        return new Trial(nextAnswer, nextRun, ownAgain, await TwiceAtOnceAsync(asked));
    }

    private static int Next(int number) => 1 + (number % 3);

    private async Task<string> StartJobAsync(int number)
    {
        var id = await Until.SeenAsync($"a purge of {NodeTrio.Database(number)}", () => trio.Bridge(number).StartRunAsync(NodeTrio.Database(number), "purges"));
        await Until.IsSoAsync($"progress of {id}", async () =>
            await trio.Bridge(number).GetAsync($"/api/v1/databases/{NodeTrio.Database(number)}/attempts/{id}") is { } attempt
            && attempt.GetProperty("progress") is { ValueKind: JsonValueKind.Object } progress && progress.GetProperty("done").GetInt64() > 0);
        return id;
    }

    private async Task<bool> IsStateAsync(int asked, int database, string job, long atLeast) =>
        await trio.Bridge(asked).GetAsync("/api/v1/cluster") is { } cluster && cluster.GetProperty("epoch").GetInt64() >= atLeast
        && await trio.Bridge(asked).GetAsync($"/api/v1/databases/{NodeTrio.Database(database)}") is { } state
        && state.GetProperty("lock") is { ValueKind: JsonValueKind.Object } held && held.GetProperty("attemptId").GetString() == job;

    private Task<string> RunGrantedAsync(int asked, int database) =>
        Until.SeenAsync($"a run of {NodeTrio.Database(database)}", () => trio.Bridge(asked).StartRunAsync(NodeTrio.Database(database), "backups"), RequestEvery);

    /// <summary>As a service manager would: the node anew, on its data. Its run is found lost, and the next one is granted.</summary>
    private async Task<TimeSpan> RunAgainAsync(int number, int asked)
    {
        var at = _time.GetTimestamp();
        trio.Start(number);
        await RunGrantedAsync(asked, number);
        return _time.GetElapsedTime(at);
    }

    /// <summary>Asks for second runs beside those that go on, at every node that answers, until some time after the frozen one woke.</summary>
    private async Task TemptAsync(Task thaw, int asked, int frozen, int other)
    {
        for (var end = WatchedAsync(); !end.IsCompleted;)
        {
            int[] nodes = thaw.IsCompleted ? [frozen, asked] : [asked];
            foreach (var (at, database) in nodes.SelectMany(at => new[] { (at, frozen), (at, other) }))
            {
                _ = trio.Bridge(at).StartRunAsync(NodeTrio.Database(database), "purges");
            }

            // The moment at which it wakes is the one that counts.
            await Task.WhenAny(Task.Delay(TemptEvery, _time), thaw.IsCompleted ? end : thaw);
        }

        async Task WatchedAsync()
        {
            await thaw;
            await Task.Delay(Timing.WatchAfterThaw, _time);
        }
    }

    /// <summary>Counted in the databases themselves, and in the coordinator's history; a database counts once.</summary>
    private async Task<int> TwiceAtOnceAsync(int asked)
    {
        var twice = 0;
        foreach (var number in NodeTrio.Numbers)
        {
            var attempts = await Until.SeenAsync("a history", async () =>
                await trio.Bridge(asked).GetAsync($"/api/v1/databases/{NodeTrio.Database(number)}/attempts?limit=200") is { } list ? list.EnumerateArray().ToList() : null);
            if (SlowDatabase.WasPurgedTwiceAtOnce(trio.DatabaseFile(number)) || Overlap(attempts))
            {
                twice++;
            }
        }

        return twice;
    }

    private static bool Overlap(IEnumerable<JsonElement> attempts)
    {
        var runs = attempts
            .Where(attempt => attempt.GetProperty("token").ValueKind == JsonValueKind.Number)
            .Select(attempt => (
                Start: attempt.GetProperty("startedAt").GetDateTimeOffset(),
                End: attempt.GetProperty("finishedAt") is { ValueKind: JsonValueKind.String } finished ? finished.GetDateTimeOffset() : DateTimeOffset.MaxValue))
            .OrderBy(run => run.Start)
            .ToList();
        return runs.Zip(runs.Skip(1), (earlier, later) => later.Start < earlier.End).Any(overlaps => overlaps);
    }
}
