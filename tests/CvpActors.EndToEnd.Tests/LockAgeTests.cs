using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

/// <summary>Rule 7, with a lock that may last 2 s.</summary>
public sealed class LockAgeTests
{
    private const string ShortMaxAge = """
        cvp-actors {
          policy.lock.max-age = 2s
          databases.reporting.sqlite.busy-timeout = 60s
        }
        """;

    [Fact]
    public async Task A_purge_that_waits_too_long_for_another_writer_is_cancelled_cleared_and_reported()
    {
        await using var site = new Site().Configure(ShortMaxAge);
        site.Database.Create((50, 60));
        var node = await site.StartAsync();
        using (site.Database.HoldWriteLock())
        {
            var purge = await node.Api.StartAsync("purge");
            var ended = await node.Api.EndOfAsync(purge);
            Assert.Equal("cancelled", ended.Text("state"));
            await node.Api.FreeLockAsync();
            var outcome = await Eventually.SeesAsync("the outcome that came too late", () => node.Api.AttemptAsync(purge), a => a.Has("lateOutcome"));
            Assert.Equal("cancelled", outcome.Text("lateOutcome.state"));
        }

        var alert = Assert.Single(await node.Api.AlertsAsync());
        Assert.Equal("lock-cleared", alert.Text("code"));
        Assert.Equal(50, site.Database.Count("call"));
        await node.Api.RunAsync("purge");
        Assert.Equal(0, site.Database.Count("call"));
        await Eventually.SeesAsync("a cleared alert", node.Api.AlertsAsync, alerts => alerts.All(a => a.Has("clearedAt")));
    }

    /// <summary>Opening the file hangs in the system call, as on a disk that does not answer, and no cancellation reaches it.</summary>
    [Fact]
    public async Task A_hung_purge_is_fenced_so_that_it_deletes_nothing_when_it_wakes_up_and_its_late_outcome_is_rejected()
    {
        await using var site = new Site().Configure(ShortMaxAge);
        site.Database.Create((50, 60));
        var node = await site.StartAsync();
        string hung;
        using (Posix.LeaseFile(site.Database.Path))
        {
            hung = await node.Api.StartAsync("purge");
            await SeeClearedWhileHungAsync(node.Api, hung);

            // Its agent starts nothing beside it, whatever the lock says.
            var beside = await node.Api.EndOfAsync(await node.Api.StartAsync("purge"));
            Assert.Equal("failed", beside.Text("state"));
            Assert.Contains("nothing is started beside it", beside.Text("error"), StringComparison.Ordinal);
        }

        await SeeLateOutcomeRejectedAsync(node.Api, hung);
        Assert.Equal((50, 50), (site.Database.Count("call"), site.Database.Count("callevent")));
        Assert.Equal(100, (await node.Api.RunAsync("purge")).Number("result.purge.rows"));
    }

    /// <summary>The last backup is opened to check it before it is rotated; that hangs here.</summary>
    [Fact]
    public async Task A_hung_backup_is_fenced_so_that_it_rotates_nothing_when_it_wakes_up_and_its_late_outcome_is_rejected()
    {
        await using var site = new Site().Configure(ShortMaxAge);
        site.Database.Create((10, 60));
        var node = await site.StartAsync();
        await node.Api.RunAsync("backup");
        await node.Api.RunAsync("backup");
        string hung;
        using (Posix.LeaseFile(site.Backups.In(BackupDirectory.Current)))
        {
            hung = await node.Api.StartAsync("backup");
            await SeeClearedWhileHungAsync(node.Api, hung);
        }

        await SeeLateOutcomeRejectedAsync(node.Api, hung);
        Assert.Equal(2, site.Backups.GenerationOfWhole(BackupDirectory.Current));
        Assert.Equal(1, site.Backups.GenerationOfWhole(BackupDirectory.Old));
        Assert.False(site.Backups.Has(BackupDirectory.Partial));
        Assert.Equal(3, (await node.Api.RunAsync("backup")).Number("result.backup.generation"));
    }

    [Fact]
    public async Task Lock_age_goes_on_over_kill_minus_9_until_the_agent_has_spoken()
    {
        await using var site = new Site().WithSlowPurge();
        site.Database.Create((500, 60));
        var node = await site.StartAsync();
        var purge = await node.Api.StartPurgeAndSeeItDeleteAsync();
        var before = (await node.Api.StateAsync()).At("lock");

        node = await site.KillAndStartAsync();
        var after = await node.Api.StateAsync();

        // Either the agent has not spoken, then it is the same lock and older; or it has, then the run is known to be lost.
        if (after.Has("lock"))
        {
            Assert.Equal((purge, before.Number("token"), before.Time("acquiredAt")),
                (after.Text("lock.attemptId"), after.Number("lock.token"), after.Time("lock.acquiredAt")));
            Assert.True(after.At("lock.ageSeconds").GetDouble() > before.At("ageSeconds").GetDouble());
        }

        var lost = await node.Api.EndOfAsync(purge);
        Assert.Equal(("lost", before.Time("acquiredAt")), (lost.Text("state"), lost.Time("startedAt")));
    }

    private static async Task SeeClearedWhileHungAsync(NodeApi api, string hung)
    {
        var cleared = await api.EndOfAsync(hung);
        await api.FreeLockAsync();
        Assert.Equal(("cancelled", false), (cleared.Text("state"), cleared.Has("lateOutcome")));
        Assert.Equal("lock-cleared", Assert.Single(await api.AlertsAsync()).Text("code"));
    }

    private static async Task SeeLateOutcomeRejectedAsync(NodeApi api, string hung)
    {
        var late = await Eventually.SeesAsync("the outcome that came too late", () => api.AttemptAsync(hung), a => a.Has("lateOutcome"));
        Assert.Equal(("cancelled", "cancelled"), (late.Text("state"), late.Text("lateOutcome.state")));
    }
}
