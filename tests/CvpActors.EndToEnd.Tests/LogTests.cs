using System.Text.Json;
using CvpActors.EndToEnd.Tests.Alerting;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class LogTests
{
    [Fact]
    public async Task Every_line_about_an_attempt_says_database_operation_attempt_and_token_and_an_alert_is_a_warning()
    {
        await using var site = new Site().WithSlowPurge().Configure("""
            cvp-actors {
              log.level = debug
              policy.backup.retry-window = 2s
              databases.reporting.backup.schedule = "*/10 * * * * *"
            }
            """);
        site.Database.Create((1000, 60));
        var node = await site.StartAsync();
        await Eventually.SeesAsync("a granted purge",
            () => node.Api.PostAsync($"{NodeApi.Database}/purges"), a => a.Status == System.Net.HttpStatusCode.Accepted);
        var alert = (await Eventually.SeesAsync("an alert, since the purge blocks the backup for the whole window",
            node.Api.AlertsAsync, alerts => alerts.Count > 0 && alerts[0].List("deliveries").Any(d => d.Has("deliveredAt"))))[0];
        var purge = (await node.Api.StateAsync()).Text("lock.attemptId")!;
        await node.Api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/attempts/{purge}");
        await node.Api.FreeLockAsync();
        await node.Api.SendAsync(HttpMethod.Put, $"{NodeApi.Database}/pause");
        await node.Api.FreeLockAsync();
        await node.InterruptAsync(TimeSpan.FromSeconds(20));

        var lines = Directory.GetFiles(site.In("log")).SelectMany(File.ReadLines).Select(l => JsonSerializer.Deserialize<JsonElement>(l)).ToList();
        var aboutAttempts = lines.Where(l => l.Has("Attempt")).ToList();
        Assert.NotEmpty(aboutAttempts);
        Assert.All(aboutAttempts, l => Assert.True(l.Text("Database") == "reporting" && l.Text("Operation") is "backup" or "purge" && l.Number("Token") > 0, l.ToString()));
        Assert.Contains(aboutAttempts, l => l.Text("Attempt") == purge && l.Text("Operation") == "purge");

        var blocked = lines.First(l => l.Text("@mt")?.Contains("blocked", StringComparison.Ordinal) == true && l.Has("Reason"));
        Assert.Contains(purge, blocked.Text("Reason"), StringComparison.Ordinal);
        Assert.Contains("since", blocked.Text("Reason"), StringComparison.Ordinal);
        Assert.Contains("next try at", blocked.Text("Next"), StringComparison.Ordinal);

        var told = Assert.Single(lines, l => l.Text("@mt")?.StartsWith("ALERT", StringComparison.Ordinal) == true && l.Text("Alert") == alert.Text("id") && l.Text("Phase") == "Raised");
        Assert.Equal(("Warning", "backup-failed", "reporting"), (told.Text("@l"), told.Text("Code"), told.Text("Database")));
        Assert.Contains(node.Output, l => l.Contains("WRN ALERT", StringComparison.Ordinal) && l.Contains("backup-failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_alert_is_delivered_also_when_the_node_is_killed_as_soon_as_it_is_raised()
    {
        await using var site = AlertingSite.Create(retryWindow: "1s");
        using var writer = site.Database.HoldWriteLock();
        var node = await site.StartAsync();

        await Eventually.IsTrueAsync("a raised alert in the log", () => node.Output.Any(l => l.Contains("purge-failed raised", StringComparison.Ordinal)));
        node = await site.KillAndStartAsync();

        var alerts = await Eventually.SeesAsync("a delivered alert", node.Api.AlertsAsync,
            a => a.Count > 0 && a[^1].List("deliveries").All(d => d.Has("deliveredAt")));
        var delivery = Assert.Single(alerts[^1].List("deliveries"));
        Assert.Equal(("log", "raised"), (delivery.Text("receiver"), delivery.Text("phase")));
        Assert.Equal((await node.Api.StateAsync()).List("alerts")[^1].Text("id"), alerts[^1].Text("id"));
    }
}
