using System.Net;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class OperatorTests
{
    [Fact]
    public async Task A_running_purge_shows_its_progress_and_can_be_cancelled()
    {
        await using var site = new Site().WithSlowPurge();
        site.Database.Create((300, 60));
        var api = (await site.StartAsync()).Api;

        var purge = await api.StartPurgeAndSeeItDeleteAsync();
        var first = await api.AttemptAsync(purge);
        Assert.Equal("rows", first.Text("progress.unit"));
        await Eventually.SeesAsync("more progress", () => api.AttemptAsync(purge), a => a.Number("progress.done") > first.Number("progress.done"));

        Assert.Equal(HttpStatusCode.Accepted, (await api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/attempts/{purge}")).Status);
        var cancelled = await api.EndOfAsync(purge);
        Assert.Equal("cancelled", cancelled.Text("state"));
        await api.FreeLockAsync();
        Assert.Equal(600 - cancelled.Number("result.purge.rows"), site.Database.Count("call") + site.Database.Count("callevent"));
        (await api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/attempts/{purge}")).IsProblem(HttpStatusCode.Conflict, "not-possible");
    }

    [Fact]
    public async Task An_operator_clears_a_lock_and_the_next_run_starts()
    {
        await using var site = new Site().WithSlowPurge();
        site.Database.Create((300, 60));
        var api = (await site.StartAsync()).Api;
        (await api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/lock")).IsProblem(HttpStatusCode.NotFound, "not-found");

        var purge = await api.StartPurgeAndSeeItDeleteAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/lock?reason=maintenance")).Status);
        var cleared = await api.EndOfAsync(purge);

        Assert.Equal("cancelled", cleared.Text("state"));
        Assert.Contains("maintenance", cleared.Text("error"), StringComparison.Ordinal);
        Assert.True((await api.RunAsync("backup")).Number("token") > cleared.Number("token"));
    }

    [Fact]
    public async Task A_paused_database_starts_no_scheduled_run_and_makes_up_for_none()
    {
        await using var site = new Site().Configure("""cvp-actors.databases.reporting.backup.schedule = "*/2 * * * * *" """);
        site.Database.Create((3, 60));
        var node = await site.StartAsync();
        await Eventually.SeesAsync("a scheduled backup", node.Api.StateAsync, s => s.Has("backup.lastSuccess"));

        await node.Api.SendAsync(HttpMethod.Put, $"{NodeApi.Database}/pause", """{ "reason": "migration" }""");
        await node.Api.FreeLockAsync();
        var runs = (await node.Api.AttemptsAsync()).Count;
        node = await site.KillAndStartAsync();
        var state = await node.Api.StateAsync();
        Assert.Equal("migration", state.Text("pause.reason"));
        var later = TimeProvider.System.GetUtcNow().AddSeconds(5);
        await Eventually.IsTrueAsync("two due moments", () => TimeProvider.System.GetUtcNow() > later);
        Assert.Equal(runs, (await node.Api.AttemptsAsync()).Count);

        // On demand goes on.
        await node.Api.RunAsync("purge");

        await node.Api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/pause");
        var resumedAt = TimeProvider.System.GetUtcNow();
        var next = await Eventually.SeesAsync("the next scheduled backup", node.Api.AttemptsAsync, a => a.Count > runs + 1);
        Assert.True(next[0].Time("startedAt") > resumedAt.AddSeconds(-1), next[0].ToString());
        Assert.Empty(await node.Api.AlertsAsync());
    }

    [Fact]
    public async Task The_same_idempotency_key_gets_the_same_answer_and_what_was_granted_also_over_a_restart()
    {
        await using var site = new Site().WithSlowPurge();
        site.Database.Create((300, 60));
        var node = await site.StartAsync();

        var granted = await node.Api.PostAsync($"{NodeApi.Database}/purges", idempotencyKey: "k1");
        var refused = await node.Api.PostAsync($"{NodeApi.Database}/backups", idempotencyKey: "k2");
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict), (granted.Status, refused.Status));
        Assert.Equal(granted.Text, (await node.Api.PostAsync($"{NodeApi.Database}/purges", idempotencyKey: "k1")).Text);
        var again = (await node.Api.PostAsync($"{NodeApi.Database}/backups", idempotencyKey: "k2")).IsProblem(HttpStatusCode.Conflict, "lock-held");
        Assert.Equal(refused.Json.At("holder").ToString(), again.Json.At("holder").ToString());
        Assert.Equal(2, (await node.Api.AttemptsAsync()).Count);

        // A refusal is remembered by the coordinator that gave it, and decided anew by the next.
        node = await site.KillAndStartAsync();
        await node.Api.FreeLockAsync();
        Assert.Equal(granted.Text, (await node.Api.PostAsync($"{NodeApi.Database}/purges", idempotencyKey: "k1")).Text);
        Assert.Equal(HttpStatusCode.Accepted, (await node.Api.PostAsync($"{NodeApi.Database}/backups", idempotencyKey: "k2")).Status);
    }
}
