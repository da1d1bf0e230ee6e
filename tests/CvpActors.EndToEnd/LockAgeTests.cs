using CvpActors.EndToEnd.Harness;

namespace CvpActors.EndToEnd;

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

    /// <summary>
    /// SQLite looks for a rollback journal before it writes, and here it finds a pipe: the purge hangs in a system call, as it
    /// would on a disk that does not answer, and no cancellation reaches it.
    /// </summary>
    [Fact]
    public async Task A_hung_purge_is_fenced_so_that_it_deletes_nothing_when_it_wakes_up_and_its_late_outcome_is_rejected()
    {
        await using var site = new Site().WithSlowPurge("300ms").Configure(ShortMaxAge);
        site.Database.Create((200, 60));
        var node = await site.StartAsync();
        var hung = await node.Api.StartPurgeAndSeeItDeleteAsync();
        var journal = site.Database.Path + "-journal";
        await Eventually.IsTrueAsync("a moment between two batches", () => Posix.TryMakePipe(journal));

        var cleared = await Eventually.SeesAsync("a cleared lock", () => node.Api.AttemptAsync(hung), a => a.Text("state") == "cancelled");
        await node.Api.FreeLockAsync();
        Assert.Equal("lock-cleared", Assert.Single(await node.Api.AlertsAsync()).Text("code"));
        Assert.False(cleared.Has("lateOutcome"), "the purge did not hang");

        // The old run still hangs: its agent starts nothing beside it, whatever the lock says.
        var beside = await node.Api.EndOfAsync(await node.Api.StartAsync("purge"));
        Assert.Equal("failed", beside.Text("state"));
        Assert.Contains("nothing is started beside it", beside.Text("error"), StringComparison.Ordinal);

        // Whoever waits for a writer of the pipe is let go.
        File.Move(journal, journal + ".pipe");
        File.OpenHandle(journal + ".pipe", FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
        var late = await Eventually.SeesAsync("the outcome that came too late", () => node.Api.AttemptAsync(hung), a => a.Has("lateOutcome"));
        Assert.Equal(("cancelled", "cancelled"), (late.Text("state"), late.Text("lateOutcome.state")));
        Assert.Equal(400 - late.At("lateOutcome.purge.rows").GetInt64(), site.Database.Count("call") + site.Database.Count("callevent"));

        var rows = await node.Api.RunAsync("purge", """{ "dryRun": true }""");
        Assert.Equal(site.Database.Count("call") + site.Database.Count("callevent"), rows.Number("result.purge.rows"));
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
}
