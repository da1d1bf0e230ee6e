using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>Rules 4, 5 and 6 at their real lengths, in virtual time.</summary>
public sealed class RetryWindowTests : VirtualTimeSpec
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset At0030 = Midnight.AddMinutes(30);
    private static readonly DateTimeOffset At0200 = Midnight.AddHours(2);

    [Fact]
    public async Task A_backup_that_stays_blocked_is_tried_25_times_in_4_hours_and_alerted_once()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        await rig.AdvanceToAsync(At0200 - TenMinutes);
        var purge = await rig.RequestAsync(Operation.Purge);

        await rig.AdvanceToAsync(At0200.AddHours(4) - TimeSpan.FromSeconds(20));
        Assert.Equal(24, (await rig.ScheduledTriesAsync(Operation.Backup)).Count);
        Assert.Empty(rig.HandedOver);

        await rig.AdvanceToAsync(At0200.AddHours(8));
        var tries = await rig.ScheduledTriesAsync(Operation.Backup);
        Assert.Equal(Enumerable.Range(0, 25).Select(k => At0200 + (k * TenMinutes)), tries.Select(t => t.StartedAt));
        Assert.All(tries, t => Assert.Equal((AttemptState.Blocked, purge.AttemptId), (t.State, t.BlockedBy?.AttemptId)));
        var alert = Assert.Single(rig.HandedOver);
        Assert.Equal((AlertCodes.BackupFailed, AlertPhase.Raised, At0200.AddHours(4)), (alert.Code, alert.Phase, alert.At));
        Assert.Contains("24 retries", alert.Text, StringComparison.Ordinal);
        Assert.Null((await rig.ViewAsync()).Backup.Retry);
        Assert.Single(rig.Starts);
    }

    [Fact]
    public async Task A_purge_that_stays_blocked_is_tried_37_times_in_6_hours_and_alerted_once()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(purge: "30 0 * * *"));
        await rig.RequestAsync(Operation.Backup);

        await rig.AdvanceToAsync(At0030.AddHours(6) - TimeSpan.FromSeconds(20));
        Assert.Equal(36, (await rig.ScheduledTriesAsync(Operation.Purge)).Count);
        Assert.Empty(rig.HandedOver);

        await rig.AdvanceToAsync(At0030.AddHours(10));
        var tries = await rig.ScheduledTriesAsync(Operation.Purge);
        Assert.Equal(Enumerable.Range(0, 37).Select(k => At0030 + (k * TenMinutes)), tries.Select(t => t.StartedAt));
        var alert = Assert.Single(rig.HandedOver);
        Assert.Equal((AlertCodes.PurgeFailed, At0030.AddHours(6)), (alert.Code, alert.At));
        Assert.Contains("36 retries", alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blocked_backup_runs_at_the_first_try_after_the_lock_is_free()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        await rig.AdvanceToAsync(At0200 - TenMinutes);
        await rig.RequestAsync(Operation.Purge);
        await rig.AdvanceToAsync(At0200.AddMinutes(65));
        await rig.EndRunAsync(new Outcome(AttemptState.Succeeded));

        await rig.AdvanceToAsync(At0200.AddMinutes(70) - TimeSpan.FromSeconds(20));
        Assert.Null((await rig.ViewAsync()).Lock);
        await rig.AdvanceToAsync(At0200.AddMinutes(71));
        var held = (await rig.ViewAsync()).Lock;
        Assert.Equal((Operation.Backup, Trigger.Scheduled, At0200.AddMinutes(70)), (held!.Operation, held.Trigger, held.AcquiredAt));
        await rig.EndRunAsync(new Outcome(AttemptState.Succeeded));

        await rig.AdvanceToAsync(At0200.AddHours(6));
        var tries = await rig.ScheduledTriesAsync(Operation.Backup);
        Assert.Equal(8, tries.Count);
        Assert.Equal(AttemptState.Succeeded, tries[^1].State);
        Assert.Empty(rig.HandedOver);
    }

    [Fact]
    public async Task A_backup_that_fails_every_time_is_tried_25_times_and_its_next_success_clears_the_alert()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        for (var moment = At0200; moment <= At0200.AddHours(4); moment += TenMinutes)
        {
            await rig.AdvanceToAsync(moment.AddMinutes(1));
            await rig.EndRunAsync(new Outcome(AttemptState.Failed, "the disk is full"));
        }

        var alert = Assert.Single(rig.HandedOver);
        Assert.Equal(AlertCodes.BackupFailed, alert.Code);
        Assert.Contains("the disk is full", alert.Text, StringComparison.Ordinal);
        await rig.AdvanceToAsync(At0200.AddHours(24));
        Assert.Equal(26, (await rig.ScheduledTriesAsync(Operation.Backup)).Count);

        await rig.EndRunAsync(new Outcome(AttemptState.Succeeded));
        Assert.Equal([AlertPhase.Raised, AlertPhase.Cleared], rig.HandedOver.Select(n => n.Phase));
    }

    [Fact]
    public async Task A_run_under_way_when_its_window_ends_may_finish_and_is_alerted_at_once_when_it_fails()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        await rig.AdvanceToAsync(At0200.AddHours(5));
        Assert.Empty(rig.HandedOver);

        await rig.EndRunAsync(new Outcome(AttemptState.Failed, "the dump cannot be read"));
        Assert.Equal(AlertCodes.BackupFailed, Assert.Single(rig.HandedOver).Code);
        await rig.AdvanceToAsync(At0200.AddHours(6));
        Assert.Single(await rig.ScheduledTriesAsync(Operation.Backup));
    }

    [Fact]
    public async Task Of_a_backup_and_a_purge_that_are_due_at_once_the_backup_goes_first_and_the_purge_at_its_next_try()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *", purge: "0 2 * * *"));
        await rig.AdvanceToAsync(At0200.AddMinutes(5));
        Assert.Equal(Operation.Backup, (await rig.ViewAsync()).Lock?.Operation);
        await rig.EndRunAsync(new Outcome(AttemptState.Succeeded));

        await rig.AdvanceToAsync(At0200.AddMinutes(10));
        Assert.Equal((Operation.Purge, At0200.AddMinutes(10)), ((await rig.ViewAsync()).Lock!.Operation, (await rig.ViewAsync()).Lock!.AcquiredAt));
    }

    [Fact]
    public async Task A_scheduled_run_whose_agent_is_missing_is_tried_until_the_agent_is_back()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.Scheduled(backup: "0 2 * * *"));
        rig.AgentSpeaks = false;
        await rig.AdvanceToAsync(At0200.AddMinutes(35));
        rig.AgentSpeaks = true;
        await rig.AdvanceToAsync(At0200.AddMinutes(40));

        var tries = await rig.ScheduledTriesAsync(Operation.Backup);
        Assert.Equal(
            [AttemptState.Blocked, AttemptState.Blocked, AttemptState.Blocked, AttemptState.Blocked, AttemptState.Running],
            tries.Select(t => t.State));
        Assert.All(tries.Take(4), t => Assert.Contains("not connected", t.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_on_demand_run_that_is_blocked_is_refused_at_once_and_never_retried()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var holder = await rig.RequestAsync(Operation.Backup);
        var refused = await rig.CommandAsync(new Domain.Maintenance.RequestRun(Operation.Purge, DryRun: false, RequestKey: null));
        Assert.Equal(holder.AttemptId, Assert.IsType<Domain.Maintenance.RunRefused>(refused).Holder.AttemptId);

        await rig.EndRunAsync(new Outcome(AttemptState.Succeeded));
        await rig.AdvanceAsync(TimeSpan.FromHours(7));
        Assert.Single(rig.Starts);
    }
}
