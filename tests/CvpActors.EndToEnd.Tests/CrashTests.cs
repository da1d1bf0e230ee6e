using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class CrashTests
{
    /// <summary>What "within seconds" is on a machine that is busy with other things; rule 7 would take ten minutes here.</summary>
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_lock_of_a_purge_killed_in_the_middle_is_free_within_seconds_of_the_restart()
    {
        await using var site = new Site().WithSlowPurge();
        site.Database.Create((1000, 60));
        var node = await site.StartAsync();
        var before = await node.Api.GetAsync("/api/v1/cluster");
        var purge = await node.Api.StartPurgeAndSeeItDeleteAsync();

        node = await site.KillAndStartAsync();
        await node.Api.FreeLockAsync(Seconds);

        var lost = await node.Api.AttemptAsync(purge);
        Assert.Equal("lost", lost.Text("state"));
        Assert.Contains("process ended while it ran", lost.Text("error"), StringComparison.Ordinal);
        Assert.True((await node.Api.GetAsync("/api/v1/cluster")).Number("epoch") > before.Number("epoch"));
        Assert.InRange(site.Database.Count("call") + site.Database.Count("callevent"), 1, 1999);
        var next = await node.Api.RunAsync("purge", """{ "dryRun": true }""");
        Assert.True(next.Number("token") > lost.Number("token"));
    }

    [Theory]
    [InlineData(BackupDirectory.Partial)]
    [InlineData("cvp_backup_data.old.previous")]
    public async Task Both_files_are_whole_and_in_order_after_a_backup_was_killed_while_there_was_a(string leftover)
    {
        await using var site = new Site();
        site.Database.Create((10, 60)).Fill(80);
        var node = await site.StartAsync();
        await node.Api.RunAsync("backup");
        await node.Api.RunAsync("backup");

        var cutShort = await node.Api.StartAsync("backup");
        await Eventually.IsTrueAsync($"{leftover} during a backup", () => site.Backups.Has(leftover));
        node = await site.KillAndStartAsync();
        await node.Api.FreeLockAsync(Seconds);

        Assert.Equal("lost", (await node.Api.AttemptAsync(cutShort)).Text("state"));
        Assert.Equal(2, site.Backups.GenerationOfWhole(BackupDirectory.Current));
        Assert.Equal(1, site.Backups.GenerationOfWhole(BackupDirectory.Old));
        Assert.False(site.Backups.Has(leftover));
        Assert.Equal(3, (await node.Api.RunAsync("backup")).Number("result.backup.generation"));
        Assert.Equal(2, site.Backups.GenerationOfWhole(BackupDirectory.Old));
    }

    [Fact]
    public async Task A_scheduled_run_that_was_killed_is_tried_again_in_its_window()
    {
        await using var site = new Site().WithSlowPurge().Configure("""cvp-actors.databases.reporting.purge.schedule = "*/5 * * * * *" """);
        site.Database.Create((20, 60));
        var node = await site.StartAsync();

        // Killed before the order to start reaches the agent, the run would simply start after the restart.
        var killed = (await Eventually.SeesAsync("a scheduled purge that has deleted something", node.Api.AttemptsAsync,
            a => a.Count > 0 && a[0].Has("progress") && a[0].Number("progress.done") > 0))[0].Text("id")!;
        node = await site.KillAndStartAsync();

        await Eventually.SeesAsync("a purge that succeeded", node.Api.StateAsync, s => s.Has("purge.lastSuccess"));
        Assert.Equal("lost", (await node.Api.AttemptAsync(killed)).Text("state"));
        Assert.Equal((0, 0), (site.Database.Count("call"), site.Database.Count("callevent")));
        Assert.Empty(await node.Api.AlertsAsync());
    }

    [Fact]
    public async Task A_node_that_was_frozen_over_many_due_moments_goes_on_with_its_run_and_starts_no_second_one()
    {
        await using var site = new Site().WithSlowPurge().Configure("""cvp-actors.databases.reporting.backup.schedule = "* * * * * *" """);
        site.Database.Create((30, 60));
        var node = await site.StartAsync();
        await node.Api.SendAsync(HttpMethod.Put, $"{NodeApi.Database}/pause");
        await node.Api.FreeLockAsync();
        var purge = await node.Api.StartPurgeAndSeeItDeleteAsync();
        await node.Api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/pause");

        node.Freeze();
        var thawAt = TimeProvider.System.GetUtcNow().AddSeconds(5);
        await Eventually.IsTrueAsync("five due moments", () => TimeProvider.System.GetUtcNow() > thawAt);
        node.Thaw();

        var ended = await node.Api.EndOfAsync(purge);
        Assert.Equal("succeeded", ended.Text("state"));
        var attempts = await node.Api.AttemptsAsync();
        Assert.DoesNotContain(attempts, a => a.Has("token") && a.Text("operation") == "backup"
            && a.Time("startedAt") > ended.Time("startedAt") && a.Time("startedAt") < ended.Time("finishedAt"));
    }
}
