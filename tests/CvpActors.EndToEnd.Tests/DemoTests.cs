using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class DemoTests
{
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Within_two_minutes_the_demonstration_shows_what_the_product_does()
    {
        // The demonstration's paths are relative, so everything it makes is below the site.
        await using var site = Site.Empty().WithConfig(Path.Combine(NodeProcess.Directory, "hocon", "demo.conf"))
            .Configure("""cvp-actors.http.url = "http://127.0.0.1:0" """);
        var node = await site.StartAsync();
        var backups = new BackupDirectory(site.In("data/demo/backup"));
        Assert.Contains(node.Output, l => l.Contains($"curl -s {node.Api.Http.BaseAddress}".TrimEnd('/'), StringComparison.Ordinal));

        await Eventually.SeesAsync("both files, and a purge that was blocked until it succeeded", node.Api.AttemptsAsync, attempts =>
            attempts.Count(a => a.Text("operation") == "backup" && a.Text("state") == "succeeded") >= 2
            && attempts.Any(a => a.Text("operation") == "purge" && a.Text("state") == "succeeded"), TwoMinutes);

        var history = (await node.Api.AttemptsAsync()).Reverse().ToList();
        var blocked = history.First(a => a.Text("state") == "blocked" && a.Text("trigger") == "scheduled");
        Assert.Contains(history, a => a.Text("operation") == blocked.Text("operation") && a.Text("state") == "succeeded" && a.Time("startedAt") > blocked.Time("startedAt"));
        Assert.Contains(history, a => a.Text("operation") == "purge" && a.Text("state") == "succeeded" && a.Number("result.purge.rows") > 1000);
        Assert.Contains(history, a => a.Text("state") == "blocked" && a.Text("trigger") == "onDemand");
        Assert.Contains(node.Output, l => l.Contains("was refused at once", StringComparison.Ordinal));

        // A backup may be under way at this moment; without a schedule nothing changes the files.
        await node.Api.SendAsync(HttpMethod.Put, $"{NodeApi.Database}/pause");
        await node.Api.FreeLockAsync();
        Assert.Equal(backups.GenerationOfWhole(BackupDirectory.Current) - 1, backups.GenerationOfWhole(BackupDirectory.Old));
        Assert.DoesNotContain(node.Output, l => l.Contains(" ERR ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_demonstration_of_a_cluster_shows_a_hand_over_in_a_dozen_lines_and_ends_by_itself()
    {
        await using var site = Site.Empty();
        await using var demo = NodeProcess.Begin(site.In("."), ["demo-cluster"]);

        Assert.Equal(0, await demo.ExitAsync(TwoMinutes));
        await Eventually.IsTrueAsync("its last line", () => demo.Output.Any(l => l.EndsWith("that was it; the nodes are stopped", StringComparison.Ordinal)));
        Assert.InRange(demo.Output.Count, 8, 14);
        Assert.Contains(demo.Output, l => l.Contains("the lock is where it was: purge-", StringComparison.Ordinal));
        Assert.Contains(demo.Output, l => l.Contains("is refused (lock-held)", StringComparison.Ordinal));
    }
}
