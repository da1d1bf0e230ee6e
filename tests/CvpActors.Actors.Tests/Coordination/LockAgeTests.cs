using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>Rule 7 at its real length, in virtual time.</summary>
public sealed class LockAgeTests : VirtualTimeSpec
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TwelveHours = TimeSpan.FromHours(12);

    [Fact]
    public async Task A_lock_is_cleared_after_12_hours_once_its_agent_has_been_asked_and_has_fenced_the_run()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var backup = await rig.RequestAsync(Operation.Backup);

        await rig.AdvanceAsync(TwelveHours - Moment);
        Assert.NotNull((await rig.ViewAsync()).Lock);
        Assert.DoesNotContain(rig.Orders, o => o is ReportNow or FenceRun);

        await rig.AdvanceAsync(Moment);
        Assert.Null((await rig.ViewAsync()).Lock);
        Assert.Equal(backup.Token, Assert.Single(rig.Orders.OfType<FenceRun>()).Token);
        Assert.Contains(rig.Orders, o => o is ReportNow);
        Assert.Equal(AttemptState.Cancelled, (await rig.AttemptAsync(backup.AttemptId)).State);
        var alert = Assert.Single(rig.HandedOver);
        Assert.Equal((AlertCodes.LockCleared, AlertPhase.Raised), (alert.Code, alert.Phase));
    }

    [Fact]
    public async Task A_coordinator_that_was_frozen_for_longer_than_a_lock_may_last_hears_the_agent_before_it_clears_anything()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var backup = await rig.RequestAsync(Operation.Backup);
        rig.AgentSpeaks = false;

        await rig.FreezeAsync(TimeSpan.FromHours(13));
        Assert.Equal(backup.AttemptId, (await rig.ViewAsync()).Lock?.AttemptId);

        rig.AgentProcessDies();
        rig.AgentSpeaks = true;
        await rig.SettleAsync();
        Assert.Equal(AttemptState.Lost, (await rig.AttemptAsync(backup.AttemptId)).State);
        Assert.DoesNotContain(rig.Orders, o => o is FenceRun);
        Assert.Empty(rig.HandedOver);
    }

    [Fact]
    public async Task The_late_outcome_of_a_cleared_run_is_recorded_and_changes_nothing_for_the_next_run()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var old = await rig.RequestAsync(Operation.Backup);
        await rig.AdvanceAsync(TwelveHours);
        var next = await rig.RequestAsync(Operation.Purge);
        Assert.True(next.Token > old.Token);

        await rig.ReportAsync(old.Token, new Outcome(AttemptState.Succeeded));
        Assert.Equal(next.AttemptId, (await rig.ViewAsync()).Lock?.AttemptId);
        var cleared = await rig.AttemptAsync(old.AttemptId);
        Assert.Equal((AttemptState.Cancelled, AttemptState.Succeeded), (cleared.State, cleared.LateOutcome?.State));
        Assert.Null((await rig.ViewAsync()).Backup.LastSuccess);
    }

    [Fact]
    public async Task A_holder_that_does_not_answer_the_fence_loses_its_lock_10_seconds_later()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        rig.AgentObeysFence = false;
        await rig.RequestAsync(Operation.Backup);
        await rig.AdvanceAsync(TwelveHours);
        Assert.True((await rig.ViewAsync()).Lock?.Clearing);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(9));
        Assert.NotNull((await rig.ViewAsync()).Lock);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Null((await rig.ViewAsync()).Lock);
        Assert.True(rig.Orders.OfType<FenceRun>().Count() >= 2);
    }

    [Fact]
    public async Task A_wall_clock_that_jumped_ahead_clears_nothing_and_is_alerted_until_the_run_has_really_lasted_12_hours()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        await rig.RequestAsync(Operation.Backup);
        await rig.AdvanceAsync(TimeSpan.FromHours(1));
        Time.WallClockSetBy = TwelveHours;

        await rig.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(AlertCodes.ClockSkew, Assert.Single(rig.HandedOver).Code);
        await rig.AdvanceAsync(TimeSpan.FromHours(11) - TimeSpan.FromMinutes(2) - Moment);
        Assert.NotNull((await rig.ViewAsync()).Lock);
        Assert.Empty(rig.Orders.OfType<FenceRun>());

        await rig.AdvanceAsync(Moment + Moment);
        Assert.Null((await rig.ViewAsync()).Lock);
        Assert.Single(rig.Orders.OfType<FenceRun>());
        Assert.Equal(
            [(AlertCodes.ClockSkew, AlertPhase.Raised), (AlertCodes.ClockSkew, AlertPhase.Cleared), (AlertCodes.LockCleared, AlertPhase.Raised)],
            rig.HandedOver.Select(n => (n.Code, n.Phase)));
    }

    [Fact]
    public async Task A_wall_clock_that_ran_back_is_alerted_and_does_not_make_a_lock_younger()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        await rig.RequestAsync(Operation.Backup);
        await rig.AdvanceAsync(TimeSpan.FromHours(6));
        await rig.CommandAsync(new PauseSchedules(null, "marks the time"));
        Time.WallClockSetBy = TimeSpan.FromHours(-3);
        await rig.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(AlertCodes.ClockSkew, Assert.Single(rig.HandedOver).Code);

        await rig.AdvanceAsync(TimeSpan.FromHours(6) - TimeSpan.FromMinutes(2) - Moment);
        Assert.NotNull((await rig.ViewAsync()).Lock);
        await rig.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Null((await rig.ViewAsync()).Lock);
    }

    [Fact]
    public async Task A_lock_whose_agent_cannot_be_reached_is_kept_and_cleared_without_it_after_12_hours()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var backup = await rig.RequestAsync(Operation.Backup);
        rig.AgentSpeaks = false;
        await rig.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.False((await rig.ViewAsync()).Lock?.HolderUnreachable);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.True((await rig.ViewAsync()).Lock?.HolderUnreachable);

        await rig.AdvanceAsync(TwelveHours - TimeSpan.FromSeconds(31));
        Assert.Equal(backup.AttemptId, (await rig.ViewAsync()).Lock?.AttemptId);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Null((await rig.ViewAsync()).Lock);
        Assert.Equal(AlertCodes.LockCleared, Assert.Single(rig.HandedOver).Code);
    }

    [Fact]
    public async Task A_run_that_its_agent_no_longer_knows_frees_its_lock_at_once()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var backup = await rig.RequestAsync(Operation.Backup);
        rig.AgentProcessDies();
        await rig.AdvanceAsync(Moment);
        Assert.Null((await rig.ViewAsync()).Lock);
        Assert.Equal(AttemptState.Lost, (await rig.AttemptAsync(backup.AttemptId)).State);
    }

    [Fact]
    public async Task An_administrators_clearing_fences_the_holder_first()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var backup = await rig.RequestAsync(Operation.Backup);
        Assert.IsType<Accepted>(await rig.CommandAsync(new ClearLock("it is stuck")));
        await rig.SettleAsync();
        Assert.Equal(backup.Token, Assert.Single(rig.Orders.OfType<FenceRun>()).Token);
        Assert.Null((await rig.ViewAsync()).Lock);
        Assert.Empty(rig.HandedOver);
    }

    [Fact]
    public async Task An_order_to_start_that_never_arrives_is_repeated_and_after_a_minute_counted_as_lost()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        rig.AgentStartsRuns = false;
        var backup = await rig.RequestAsync(Operation.Backup);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.True(rig.Starts.Count() >= 3);
        Assert.All(rig.Starts, s => Assert.Equal(backup.Token, s.Token));
        await rig.AdvanceAsync(Moment);
        Assert.Equal(AttemptState.Lost, (await rig.AttemptAsync(backup.AttemptId)).State);
    }

    [Fact]
    public async Task An_order_to_cancel_is_repeated_until_the_run_has_ended()
    {
        var rig = await CoordinatorRig.StartAsync(this, Time, Definitions.OnDemand);
        var backup = await rig.RequestAsync(Operation.Backup);
        Assert.IsType<Accepted>(await rig.CommandAsync(new CancelAttempt(backup.AttemptId)));
        await rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.True(rig.Orders.OfType<CancelRun>().Count() >= 3);
        await rig.EndRunAsync(new Outcome(AttemptState.Cancelled));
        var cancels = rig.Orders.OfType<CancelRun>().Count();
        await rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(cancels, rig.Orders.OfType<CancelRun>().Count());
    }
}
