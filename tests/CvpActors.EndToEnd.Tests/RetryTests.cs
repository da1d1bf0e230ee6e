using System.Text.Json;
using CvpActors.EndToEnd.Tests.Alerting;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task A_scheduled_backup_blocked_by_a_purge_on_demand_is_retried_until_free_and_then_succeeds()
    {
        await using var site = new Site().WithSlowPurge().Configure("""cvp-actors.databases.reporting.backup.schedule = "*/5 * * * * *" """);
        site.Database.Create((1000, 60));
        var api = (await site.StartAsync()).Api;

        // Backups are due every 5 s, so one may be in the way of the purge.
        var purge = (await Eventually.SeesAsync("a granted purge",
            () => api.PostAsync($"{NodeApi.Database}/purges"), a => a.Status == System.Net.HttpStatusCode.Accepted)).Json.Text("attemptId")!;
        var blocked = await Eventually.SeesAsync("two blocked tries of the backup", () => BlockedByAsync(api, purge), tries => tries.Count >= 2);
        var retry = (await api.StateAsync()).At("backup.retry");
        await api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/attempts/{purge}");

        Assert.All(blocked, t => Assert.Equal(("scheduled", "backup", "purge"), (t.Text("trigger"), t.Text("operation"), t.Text("blockedBy.operation"))));
        Assert.Contains(purge, retry.Text("blockedBy"), StringComparison.Ordinal);
        Assert.True(retry.Number("retries") >= 1 && retry.Time("nextAttemptAt") <= retry.Time("deadline"), retry.ToString());
        var lastBlocked = blocked[0].Time("startedAt");
        var succeeded = await Eventually.SeesAsync("a backup after the blocked ones", () => LastBackupAsync(api),
            a => a is { } last && last.Text("state") == "succeeded" && last.Time("startedAt") > lastBlocked);
        Assert.Equal("scheduled", succeeded!.Value.Text("trigger"));
    }

    [Fact]
    public async Task A_window_that_is_exhausted_raises_one_alert_which_the_next_scheduled_success_clears()
    {
        await using var site = AlertingSite.Create(retryWindow: "3s");
        var writer = site.Database.HoldWriteLock();
        var node = await site.StartAsync();

        var raised = (await Eventually.SeesAsync("an alert", node.Api.AlertsAsync, alerts => alerts.Count > 0))[0];
        await node.Api.SendAsync(HttpMethod.Put, $"{NodeApi.Database}/pause");
        Assert.Equal(("purge-failed", "reporting"), (raised.Text("code"), raised.Text("database")));
        var tries = (await node.Api.AttemptsAsync()).Where(a => a.Text("state") == "failed").ToList();
        Assert.InRange(tries.Count, 3, 4);
        Assert.All(tries, t => Assert.Contains($"{site.Database.Path} stayed locked", t.Text("error"), StringComparison.Ordinal));

        node = await site.KillAndStartAsync();
        var kept = Assert.Single(await node.Api.AlertsAsync());
        Assert.Equal((raised.Text("id"), raised.Time("raisedAt"), false), (kept.Text("id"), kept.Time("raisedAt"), kept.Has("clearedAt")));

        writer.Dispose();
        await node.Api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/pause");
        var cleared = await Eventually.SeesAsync("a cleared alert that was delivered twice, raised and cleared", node.Api.AlertsAsync,
            alerts => alerts[0].Has("clearedAt") && alerts[0].List("deliveries").Count == 2 && alerts[0].List("deliveries").All(d => d.Has("deliveredAt")));
        Assert.Single(cleared);
        Assert.Equal(0, site.Database.Count("call"));
    }

    [Fact]
    public async Task An_open_window_keeps_its_deadline_and_its_retries_over_kill_minus_9()
    {
        await using var site = AlertingSite.Create(retryWindow: "6h");
        using var writer = site.Database.HoldWriteLock();
        var node = await site.StartAsync();

        var before = await Eventually.SeesAsync("a window with retries", node.Api.StateAsync, s => s.Has("purge.retry") && s.Number("purge.retry.retries") >= 2);
        node = await site.KillAndStartAsync();
        var after = await node.Api.StateAsync();

        // It may have been renewed meanwhile, which moves its deadline on and keeps its count.
        Assert.True(after.Number("purge.retry.retries") >= before.Number("purge.retry.retries"), after.ToString());
        Assert.True(after.Time("purge.retry.deadline") >= before.Time("purge.retry.deadline"), after.ToString());
        Assert.Equal(TimeSpan.Zero, TimeSpan.FromTicks((after.Time("purge.retry.deadline") - before.Time("purge.retry.deadline")).Ticks % TimeSpan.FromSeconds(10).Ticks));
    }

    private static async Task<List<JsonElement>> BlockedByAsync(NodeApi api, string holder) =>
        [.. (await api.AttemptsAsync()).Where(a => a.Text("state") == "blocked" && a.Text("trigger") == "scheduled" && a.Text("blockedBy.attemptId") == holder)];

    private static async Task<JsonElement?> LastBackupAsync(NodeApi api) =>
        (await api.AttemptsAsync()).Where(a => a.Text("operation") == "backup").Select(a => (JsonElement?)a).FirstOrDefault();
}
