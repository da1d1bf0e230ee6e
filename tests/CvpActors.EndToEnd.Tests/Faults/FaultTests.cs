using System.Net;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests.Faults;

/// <summary>
/// What can happen to a cluster, one thing at a time, seen from the databases. After each, all is as if nothing had been.
/// </summary>
public sealed class FaultTests(FaultSite site) : IClassFixture<FaultSite>
{
    /// <summary>Longer than it takes the others to give a silent node up.</summary>
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan MovesWithin = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task What_an_agent_has_started_ends_before_anything_else_begins_when_only_its_own_process_is_killed()
    {
        var (attempt, token) = await BeginAsync(database: 4, "purges", at: 1);
        await site.SeesWorkAsync(4, token);

        await site[4].KillAsync();

        // The child goes on: nobody is there to end it.
        var seen = site.HistoryOf(4).Seen.Count;
        await Eventually.IsTrueAsync("the child at work", () => site.HistoryOf(4).Seen.Count > seen + 2);
        await site.StartAsync(4);
        await site.EndAsync(4, attempt, "lost");
        await site.HealsAsync();
    }

    [Fact]
    public async Task A_run_on_a_node_that_was_frozen_ends_as_if_nothing_had_been()
    {
        var (attempt, token) = await BeginAsync(database: 4, "backups", at: 2);
        await site.SeesWorkAsync(4, token);

        site[4].Freeze();
        await Task.Delay(LongSilence, TimeProvider.System);
        var state = await site.AskAnyAsync(FaultSite.Database(4));
        site[4].Thaw();
        Assert.True(state.GetProperty("lock").GetProperty("holderUnreachable").GetBoolean());

        await site.EndAsync(4, attempt, "succeeded");
        await site.HealsAsync();
    }

    [Fact]
    public async Task A_coordinator_that_is_cut_off_is_replaced_and_comes_back()
    {
        var coordinator = await site.CoordinatorAsync();
        var other = Other(coordinator);
        var (attempt, token) = await BeginAsync(database: coordinator, "backups", at: other);
        await site.SeesWorkAsync(coordinator, token);

        site.Network.Cut(coordinator);
        try
        {
            await Eventually.SeesAsync("another coordinator", () => site.TryAsync(other, HttpMethod.Get, "/api/v1/cluster"),
                a => a?.Status == HttpStatusCode.OK && a.Json.Text("coordinator") != $"node-{coordinator}", MovesWithin);
            Assert.Equal(HttpStatusCode.Accepted, (await site[other].Api.PostAsync($"{FaultSite.Database(other)}/backups")).Status);
        }
        finally
        {
            site.Network.Mend(coordinator);
        }

        // What ran on the node that was cut off was not thrown away: it finished, and its outcome was kept.
        await site.EndAsync(coordinator, attempt, "succeeded");
        await site.HealsAsync();
    }

    [Fact]
    public async Task A_coordinator_that_hears_and_is_not_heard_lets_no_two_runs_overlap()
    {
        var coordinator = await site.CoordinatorAsync();
        var others = Enumerable.Range(1, FaultSite.Size).Where(n => n != coordinator).ToList();

        others.ForEach(other => site.Network.Lose(coordinator, other));
        await Task.Delay(LongSilence, TimeProvider.System);
        others.ForEach(other => site.Network.Deliver(coordinator, other));

        await site.HealsAsync();
    }

    [Fact]
    public async Task A_reporting_node_that_is_cut_off_finishes_what_runs_and_is_believed_when_it_is_back()
    {
        var (attempt, token) = await BeginAsync(database: 4, "backups", at: 1);
        await site.SeesWorkAsync(4, token);

        site.Network.Cut(4);
        await Task.Delay(LongSilence, TimeProvider.System);
        (await site[1].Api.PostAsync($"{FaultSite.Database(4)}/purges")).IsProblem(HttpStatusCode.ServiceUnavailable, "agent-unreachable");
        site.Network.Mend(4);

        await site.EndAsync(4, attempt, "succeeded");
        await site.HealsAsync();
    }

    [Theory]
    [InlineData("+42d")]
    [InlineData("-13h")]
    public async Task A_coordinator_whose_clock_is_set_neither_clears_a_lock_nor_gives_anything_up_and_is_named(string offset)
    {
        var coordinator = await site.CoordinatorAsync();
        var (attempt, _) = await BeginAsync(database: 4, "backups", at: Other(coordinator));

        site.SetClock(coordinator, offset);

        await site.EndAsync(4, attempt, "succeeded");
        await Eventually.SeesAsync("an alert that names the node", () => site.AskAnyAsync("/api/v1/alerts"), alerts => alerts.List().Any(a =>
            a.Text("code") == "clock-skew" && a.Text("database") == "" && !a.Has("clearedAt") && a.Text("text")!.Contains($"node-{coordinator}", StringComparison.Ordinal)));
        site.SetClock(coordinator, "+0");
        await Eventually.SeesAsync("that alert cleared", () => site.AskAnyAsync("/api/v1/alerts"), alerts => alerts.List().All(a =>
            a.Text("code") != "clock-skew" || a.Has("clearedAt")));
        Assert.DoesNotContain((await site.AskAnyAsync("/api/v1/alerts")).List(), a => a.Text("database") != "");
        await site.HealsAsync();
    }

    [Fact]
    public async Task All_nodes_are_restarted_one_after_the_other_with_a_backup_under_way_and_nothing_is_lost()
    {
        for (var number = 1; number <= FaultSite.Size; number++)
        {
            var database = 1 + (number % FaultSite.Size);
            var (attempt, token) = await BeginAsync(database, "backups", at: database);
            await site.SeesWorkAsync(database, token);

            await site.TerminateAsync(number);
            await site.StartAsync(number);

            await site.EndAsync(database, attempt, "succeeded");
            await site.HealsAsync();
        }
    }

    [Fact]
    public async Task A_node_with_a_certificate_of_another_CA_is_refused_and_ends_nobody_even_in_the_place_of_a_seed()
    {
        await site.TerminateAsync(3);
        await using (var impostor = site.StartImpostor(3))
        {
            await impostor.ListensAsync();

            // It is among the seeds of whoever starts now.
            await site.TerminateAsync(2);
            await site.StartAsync(2);
            await Eventually.SeesAsync("node 2 in the cluster", () => site.TryAsync(2, HttpMethod.Get, "/api/v1/cluster"), a => a?.Status == HttpStatusCode.OK, MovesWithin);
            await Task.Delay(LongSilence, TimeProvider.System);

            var members = (await site.AskAnyAsync("/api/v1/cluster")).List("members").Where(m => m.Text("status") == "up").Select(m => m.Text("name")).Order();
            Assert.Equal(["node-1", "node-2", "node-4"], members);
            Assert.All([1, 2, 4], number => Assert.False(site[number].HasEnded));
            Assert.Contains(site[2].Output.Concat(site[1].Output), l => l.Contains("is not a valid one of our CA", StringComparison.Ordinal));
        }

        // The node that was shown the certificate has turned a shutdown of Akka's away, and ends all the same when it is told to.
        await site.TerminateAsync(2);
        await site.StartAsync(2);
        await site.StartAsync(3);
        await site.HealsAsync();
    }

    private static int Other(int coordinator) => 1 + (coordinator % FaultSite.Coordinators);

    private async Task<(string Attempt, long Token)> BeginAsync(int database, string operation, int at)
    {
        var granted = await Eventually.SeesAsync($"a granted run of db-{database}", async () =>
            {
                await site.StartWhatHasEndedAsync();
                return await site.TryAsync(at, HttpMethod.Post, $"{FaultSite.Database(database)}/{operation}");
            },
            a => a?.Status == HttpStatusCode.Accepted, MovesWithin);
        return (granted!.Json.Text("attemptId")!, (long)granted.Json.Number("token"));
    }
}
