using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>Rule 10: what a coordinator that was killed knows when it is back.</summary>
public sealed class CoordinatorRestartTests : VirtualTimeSpec
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset At0200 = Midnight.AddHours(2);

    [Fact]
    public async Task A_coordinator_killed_inside_a_window_keeps_window_and_lock_and_makes_the_remaining_tries()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        await rig.AdvanceToAsync(At0200 - TenMinutes);
        await rig.RequestAsync(Operation.Purge);
        await rig.AdvanceToAsync(At0200.AddMinutes(95));
        var before = await rig.ViewAsync();

        await rig.KillCoordinatorAsync();
        await rig.StartCoordinatorAsync();
        var after = await rig.ViewAsync();
        Assert.Equal(before.Backup.Retry, after.Backup.Retry);
        Assert.Equal(9, after.Backup.Retry?.Retries);
        Assert.Equal(before.Lock, after.Lock);
        Assert.Equal(105 * 60, after.Lock?.AgeSeconds);

        await rig.AdvanceToAsync(At0200.AddHours(5));
        var tries = await rig.ScheduledTriesAsync(Operation.Backup);
        Assert.Equal(Enumerable.Range(0, 25).Select(k => At0200 + (k * TenMinutes)), tries.Select(t => t.StartedAt));
        Assert.Equal(AlertCodes.BackupFailed, Assert.Single(rig.HandedOver).Code);
        Assert.Single(rig.Starts);
    }

    [Fact]
    public async Task A_coordinator_killed_while_a_lock_grows_old_still_clears_it_after_12_hours()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        await rig.RequestAsync(Operation.Backup);
        await rig.AdvanceAsync(TimeSpan.FromHours(7));
        await rig.KillCoordinatorAsync();
        await rig.StartCoordinatorAsync();

        await rig.AdvanceAsync(TimeSpan.FromHours(5) - TimeSpan.FromSeconds(20));
        Assert.NotNull((await rig.ViewAsync()).Lock);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Null((await rig.ViewAsync()).Lock);
    }

    [Fact]
    public async Task A_coordinator_that_was_away_at_the_due_moment_starts_late_with_the_original_deadline()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        await rig.KillCoordinatorAsync();
        Scheduler.AdvanceTo(At0200.AddHours(3));
        await rig.StartCoordinatorAsync();
        await rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        var retry = (await rig.ViewAsync()).Backup.Retry;
        Assert.Equal((At0200, At0200.AddHours(4)), (retry!.OpenedAt, retry.Deadline));
        Assert.Single(rig.Starts);
    }

    [Fact]
    public async Task A_coordinator_that_was_away_for_a_whole_window_alerts_that_the_run_was_missed()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        await rig.KillCoordinatorAsync();
        Scheduler.AdvanceTo(At0200.AddHours(5));
        await rig.StartCoordinatorAsync();
        await rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("was missed", Assert.Single(rig.HandedOver).Text, StringComparison.Ordinal);
        Assert.Empty(rig.Starts);
    }

    [Fact]
    public async Task An_alert_that_delivery_has_not_taken_over_is_handed_over_again_after_a_restart()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        rig.DeliveryWorks = false;
        await rig.AdvanceToAsync(At0200.AddHours(5));
        await rig.EndRunAsync(new Outcome(AttemptState.Failed, "no space left"));
        await rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.True(rig.HandedOver.Count >= 3);
        var id = Assert.Single(rig.HandedOver.Select(n => n.Id).Distinct());

        await rig.KillCoordinatorAsync();
        rig.HandedOver.Clear();
        rig.DeliveryWorks = true;
        await rig.StartCoordinatorAsync();
        await rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(id, Assert.Single(rig.HandedOver.Select(n => n.Id).Distinct()));
        rig.HandedOver.Clear();
        await rig.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Empty(rig.HandedOver);
    }

    [Fact]
    public async Task A_start_that_was_granted_but_not_ordered_before_the_kill_is_ordered_after_it()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        rig.AgentStartsRuns = false;
        var backup = await rig.RequestAsync(Operation.Backup);
        await rig.KillCoordinatorAsync();
        rig.Orders.Clear();
        rig.AgentStartsRuns = true;
        await rig.StartCoordinatorAsync();
        await rig.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(backup.Token, Assert.Single(rig.Starts).Token);
        Assert.Equal(backup.Token, rig.RunningToken);
    }

    [Fact]
    public async Task A_cancellation_is_ordered_again_after_a_restart()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var backup = await rig.RequestAsync(Operation.Backup);
        await rig.CommandAsync(new CancelAttempt(backup.AttemptId));
        await rig.KillCoordinatorAsync();
        rig.Orders.Clear();
        await rig.StartCoordinatorAsync();
        await rig.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Contains(rig.Orders, o => o is CancelRun cancel && cancel.Token == backup.Token);
    }

    [Fact]
    public async Task Tokens_strictly_increase_over_restarts()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var highest = 0L;
        for (var life = 0; life < 4; life++)
        {
            var granted = await rig.RequestAsync(Operation.Purge);
            Assert.True(granted.Token > highest);
            highest = granted.Token;
            await rig.EndRunAsync(new Outcome(AttemptState.Succeeded));
            await rig.KillCoordinatorAsync();
            await rig.StartCoordinatorAsync();
        }
    }

    [Fact]
    public async Task A_long_history_is_recovered_from_its_snapshot_as_it_was()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        for (var run = 0; run < 150; run++)
        {
            await rig.RequestAsync(run % 2 == 0 ? Operation.Backup : Operation.Purge);
            await rig.EndRunAsync(new Outcome(AttemptState.Succeeded));
        }

        var before = await rig.ViewAsync();
        await rig.KillCoordinatorAsync();
        await rig.StartCoordinatorAsync();
        var after = await rig.ViewAsync();
        Assert.Equal(before.Backup.LastSuccess, after.Backup.LastSuccess);
        Assert.Equal(before.Purge.LastSuccess, after.Purge.LastSuccess);
        Assert.True((await rig.RequestAsync(Operation.Backup)).Token > 300);
    }
}
