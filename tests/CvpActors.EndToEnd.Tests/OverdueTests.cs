using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class OverdueTests
{
    [Fact]
    public async Task A_backup_that_nobody_ever_made_is_alerted_once_also_across_a_crash_and_the_first_one_ends_it()
    {
        await using var site = new Site().Configure("cvp-actors.databases.reporting.backup.expected-within = 3s");
        site.Database.Create((1, 1));
        var node = await site.StartAsync();
        var alerts = await Eventually.SeesAsync("the alert", node.Api.AlertsAsync, all => all.Any(a => a.Text("code") == "backup-overdue"));
        Assert.Contains("It has no schedule for a backup", alerts[0].Text("text"), StringComparison.Ordinal);

        node = await site.KillAndStartAsync();
        await node.Api.RunAsync("backup");
        alerts = await Eventually.SeesAsync("its end", node.Api.AlertsAsync, all => all.Any(a => a.Has("clearedAt")));
        Assert.Single(alerts, a => a.Text("text")!.Contains("has ever succeeded", StringComparison.Ordinal));
    }
}
