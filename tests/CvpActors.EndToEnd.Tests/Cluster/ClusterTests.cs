using System.Net;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests.Cluster;

/// <summary>Three real nodes and what happens to them.</summary>
public sealed class ClusterTests
{
    /// <summary>Longer than any failover, shorter than a test that hangs.</summary>
    private static readonly TimeSpan MovesWithin = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Any_node_answers_for_the_whole_cluster()
    {
        await using var site = await ClusterSite.StartAsync();

        // Asked for at one node, run at another.
        foreach (var _ in new[] { 1, 2 })
        {
            var granted = await site[1].Api.PostAsync($"{ClusterSite.Database(2)}/backups");
            Assert.Equal(HttpStatusCode.Accepted, granted.Status);
            await EndAsync(site, from: 3, database: 2, granted.Json.Text("attemptId")!, "succeeded");
        }

        // The file is where the database is, and every other node says so.
        using var asIs = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = site.Url(3) };
        using var redirect = await asIs.GetAsync($"{ClusterSite.Database(2)}/files/cvp_backup_data.old");
        Assert.Equal(HttpStatusCode.TemporaryRedirect, redirect.StatusCode);
        Assert.Equal($"{site.Url(2)}api/v1/databases/db-2/files/cvp_backup_data.old", redirect.Headers.Location?.ToString());
        using var follows = new HttpClient { BaseAddress = site.Url(3) };
        Assert.StartsWith("SQLite format 3", await follows.GetStringAsync($"{ClusterSite.Database(2)}/files/cvp_backup_data.old"), StringComparison.Ordinal);
        (await site[3].Api.SendAsync(HttpMethod.Get, $"{ClusterSite.Database(2)}/files/cvp_backup_data")).IsProblem(HttpStatusCode.Conflict, "not-copyable");

        var members = (await site.ClusterAsync(3)).List("members");
        Assert.Equal(["node-1", "node-2", "node-3"], members.Select(m => m.Text("name")).Order());
        Assert.All(members, m => Assert.Equal(("up", "1"), (m.Text("status"), m.Text("version"))));

        // A name that is taken is refused with both.
        var (exitCode, errors) = await site.RunToEndAsync(2, $$"""
            cvp-actors {
              data-directory = "twin"
              http.url = "http://127.0.0.1:0"
              cluster.address = "127.0.0.1:{{PostgresServer.FreePort()}}"
              databases.db-2.backup.directory = "twin-backup"
            }
            """);
        Assert.Equal(2, exitCode);
        Assert.Contains("\"node-2\" is the name of", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_coordinators_process_dies_another_goes_on_with_the_lock_and_the_answers_that_were_given()
    {
        await using var site = await ClusterSite.StartAsync();
        var coordinator = await site.CoordinatorAsync(seenFrom: 1);
        var (other, third) = (1 + (coordinator % 3), 1 + ((coordinator + 1) % 3));
        var epoch = (await site.ClusterAsync(other)).Number("epoch");
        var purge = await site[other].Api.PostAsync($"{ClusterSite.Database(other)}/purges", idempotencyKey: "once");
        Assert.Equal(HttpStatusCode.Accepted, purge.Status);

        await site[coordinator].KillAsync();

        var state = await Eventually.SeesAsync("the state at another coordinator", () => site[third].Api.SendAsync(HttpMethod.Get, ClusterSite.Database(other)),
            a => a.Status == HttpStatusCode.OK && a.Json.Text("agent") == "connected", MovesWithin);
        Assert.Equal(purge.Json.Text("attemptId"), state.Json.Text("lock.attemptId"));
        Assert.Equal(purge.Json.Number("token"), state.Json.Number("lock.token"));
        Assert.True((await site.ClusterAsync(third)).Number("epoch") > epoch);

        // The same request again, at another node, after the failover: the answer that was given, and nothing is started.
        var again = await site[third].Api.PostAsync($"{ClusterSite.Database(other)}/purges", idempotencyKey: "once");
        Assert.Equal(purge.Json.ToString(), again.Json.ToString());
        (await site[third].Api.PostAsync($"{ClusterSite.Database(other)}/backups")).IsProblem(HttpStatusCode.Conflict, "lock-held");

        // What was on the dead node's machine is unreachable until it is back, and then served again.
        await site.StartNodeAsync(coordinator);
        await site.FormedAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await site[third].Api.PostAsync($"{ClusterSite.Database(coordinator)}/backups")).Status);
    }

    [Fact]
    public async Task A_coordinator_that_was_frozen_longer_than_the_others_waited_grants_nothing_when_it_wakes_and_is_started_anew()
    {
        await using var site = await ClusterSite.StartAsync();
        var coordinator = await site.CoordinatorAsync(seenFrom: 1);
        var other = 1 + (coordinator % 3);
        var epoch = (await site.ClusterAsync(other)).Number("epoch");

        site[coordinator].Freeze();
        await Eventually.SeesAsync("a later epoch", () => site[other].Api.SendAsync(HttpMethod.Get, "/api/v1/cluster"),
            a => a.Status == HttpStatusCode.OK && a.Json.Number("epoch") > epoch, MovesWithin);
        var granted = await site[other].Api.PostAsync($"{ClusterSite.Database(other)}/purges");
        Assert.Equal(HttpStatusCode.Accepted, granted.Status);

        site[coordinator].Thaw();

        Assert.Equal(75, await site[coordinator].ExitAsync(MovesWithin));
        Assert.Equal(granted.Json.Text("attemptId"), (await site[other].Api.GetAsync(ClusterSite.Database(other))).Text("lock.attemptId"));
        await site.StartNodeAsync(coordinator);
        await site.FormedAsync();
        Assert.Equal(granted.Json.Text("attemptId"), (await site[coordinator].Api.GetAsync(ClusterSite.Database(other))).Text("lock.attemptId"));
    }

    [Fact]
    public async Task While_the_journal_is_down_runs_go_on_requests_are_told_so_and_afterwards_nothing_has_to_be_started_by_hand()
    {
        await using var site = await ClusterSite.StartAsync();
        var coordinator = await site.CoordinatorAsync(seenFrom: 1);
        var purge = await site[1].Api.PostAsync($"{ClusterSite.Database(1)}/purges");
        Assert.Equal(HttpStatusCode.Accepted, purge.Status);

        site.Postgres.Stop();

        // It is probed: somebody who asks knows it before anything has to be written.
        await Eventually.SeesAsync("an unready node", () => site[3].Api.SendAsync(HttpMethod.Get, "/healthz/ready"), a => a.Status == HttpStatusCode.ServiceUnavailable, MovesWithin);

        // The first wish after the outage finds out; from then on everybody is told.
        var refused = await Eventually.SeesAsync("a refusal", () => site[2].Api.PostAsync($"{ClusterSite.Database(2)}/backups"),
            a => a.Status == HttpStatusCode.ServiceUnavailable, MovesWithin);
        refused.IsProblem(HttpStatusCode.ServiceUnavailable, "coordinator-unavailable");
        await Eventually.SeesAsync("an unready node", () => site[3].Api.SendAsync(HttpMethod.Get, "/healthz/ready"), a => a.Status == HttpStatusCode.ServiceUnavailable, MovesWithin);
        await Eventually.IsTrueAsync("the one notification", () => site[coordinator].Output.Any(l => l.Contains("ALERT Raised journal-unavailable", StringComparison.Ordinal)), MovesWithin);

        site.Postgres.Start();

        await site.FormedAsync();
        await EndAsync(site, from: 3, database: 1, purge.Json.Text("attemptId")!, "succeeded", TimeSpan.FromSeconds(90));
        Assert.Equal(1, site[coordinator].Output.Count(l => l.Contains("ALERT Raised journal-unavailable", StringComparison.Ordinal)));
        Assert.Equal(1, site[coordinator].Output.Count(l => l.Contains("ALERT Cleared journal-unavailable", StringComparison.Ordinal)));
        Assert.DoesNotContain((await site[2].Api.GetAsync($"{ClusterSite.Database(2)}/attempts")).List(), a => a.Text("state") == "running");
    }

    private static Task<JsonElement> EndAsync(ClusterSite site, int from, int database, string attempt, string state, TimeSpan? within = null) =>
        Eventually.SeesAsync($"the end of {attempt}", () => site[from].Api.GetAsync($"{ClusterSite.Database(database)}/attempts/{attempt}"), a => a.Text("state") == state, within);
}
