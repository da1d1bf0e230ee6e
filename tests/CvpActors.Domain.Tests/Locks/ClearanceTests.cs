using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;

namespace CvpActors.Domain.Tests.Locks;

public class ClearanceTests
{
    private static readonly DateTimeOffset T = Scenario.Due;
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(12);

    [Fact]
    public void An_old_lock_is_not_cleared_before_its_reachable_agent_was_asked()
    {
        var day = HeldSince(T);

        day.TickAt(T + MaxAge).TickAt(T.AddDays(2));

        Assert.Null(day.Lock.Clearance);
        Assert.Equal(T + MaxAge, DatabaseDecider.NextWakeAt(day.State, day.Policy));
    }

    [Fact]
    public void The_agent_is_asked_from_the_maximum_age_on_and_not_earlier()
    {
        var day = HeldSince(T);

        Assert.False(DatabaseDecider.LockAgeIsDue(day.State, day.Policy, T + MaxAge - TimeSpan.FromTicks(1)));
        Assert.True(DatabaseDecider.LockAgeIsDue(day.State, day.Policy, T + MaxAge));
    }

    [Fact]
    public void A_run_that_has_really_lasted_so_long_is_cancelled_and_fenced_before_its_lock_is_cleared()
    {
        var day = HeldSince(T);
        day.Now = T + MaxAge;

        day.ReportRunning(MaxAge);
        Assert.Equal(ClearanceCause.MaxAge, day.Lock.Clearance!.Cause);
        Assert.Empty(day.All<LockCleared>());

        var token = day.Lock.Token;
        day.Do(new HolderFenced(token));

        Assert.Null(day.State.Lock);
        Assert.Equal(token, Assert.Single(day.All<LockCleared>()).Token);
        Assert.Equal(AlertCodes.LockCleared, Assert.Single(day.OpenAlerts).Code);
        Assert.Equal(AttemptState.Cancelled, day.State.Attempts[^1].State);
    }

    [Fact]
    public void An_agent_that_measured_so_long_is_believed_although_the_clock_was_set_back_meanwhile()
    {
        var day = HeldSince(T);
        day.TickAt(T.AddHours(1));

        day.ReportRunning(MaxAge);

        Assert.Equal(ClearanceCause.MaxAge, day.Lock.Clearance!.Cause);
    }

    [Fact]
    public void A_lock_under_clearance_still_keeps_others_out()
    {
        var day = HeldSince(T);
        day.Now = T + MaxAge;
        day.ReportRunning(MaxAge);

        Assert.IsType<RunRefused>(day.Do(new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)));
    }

    [Fact]
    public void A_run_that_is_younger_than_the_wall_clock_says_keeps_its_lock_and_the_clock_is_doubted()
    {
        var day = HeldSince(T);
        day.Now = T.AddHours(13);

        day.ReportRunning(TimeSpan.FromHours(1));

        Assert.Null(day.Lock.Clearance);
        Assert.Equal(T.AddHours(13 + 11), day.Lock.AgeCheckAt);
        Assert.Equal(AlertCodes.ClockSkew, Assert.Single(day.OpenAlerts).Code);
        var doubt = Assert.Single(day.All<LockAgeDoubted>());
        Assert.Equal((TimeSpan.FromHours(13), TimeSpan.FromHours(1)), (doubt.WallAge, doubt.MeasuredAge));
    }

    [Fact]
    public void A_doubted_lock_is_looked_at_again_when_the_rest_of_its_time_has_passed()
    {
        var day = HeldSince(T);
        day.Now = T.AddHours(13);
        day.ReportRunning(TimeSpan.FromHours(1));

        day.Now = T.AddHours(23);
        day.ReportRunning(TimeSpan.FromHours(11));
        Assert.Single(day.All<LockAgeDoubted>());

        day.Now = T.AddHours(24);
        day.ReportRunning(TimeSpan.FromHours(12));
        Assert.NotNull(day.Lock.Clearance);
    }

    [Fact]
    public void A_doubted_clock_is_trusted_again_after_an_hour()
    {
        var day = HeldSince(T);
        day.Now = T.AddHours(13);
        day.ReportRunning(TimeSpan.FromHours(1));

        day.TickAt(T.AddHours(14).AddTicks(-1));
        Assert.Single(day.OpenAlerts);

        day.TickAt(T.AddHours(14));
        Assert.Empty(day.OpenAlerts);
    }

    [Fact]
    public void A_hung_holder_is_waited_for_ten_seconds()
    {
        var day = HeldSince(T);
        day.Now = T + MaxAge;
        day.ReportRunning(MaxAge);

        day.TickAt(T + MaxAge + TimeSpan.FromSeconds(9));
        Assert.NotNull(day.State.Lock);

        day.RunUntil(T + MaxAge + TimeSpan.FromSeconds(10));
        Assert.Null(day.State.Lock);
        Assert.Equal(T + MaxAge + TimeSpan.FromSeconds(10), Assert.Single(day.All<LockCleared>()).At);
    }

    [Fact]
    public void The_lock_of_an_unreachable_holder_is_cleared_by_its_age_alone()
    {
        var day = HeldSince(T);
        day.LoseAgent();

        day.TickAt(T + MaxAge - TimeSpan.FromTicks(1));
        Assert.NotNull(day.State.Lock);

        day.RunUntil(T + MaxAge);
        Assert.Null(day.State.Lock);
        Assert.Equal(AlertCodes.LockCleared, Assert.Single(day.OpenAlerts).Code);
    }

    [Fact]
    public void Nothing_is_cleared_while_a_restarted_coordinator_has_not_heard_of_the_agent()
    {
        var day = HeldSince(T);
        day.Agent = AgentPresence.Awaited;

        day.TickAt(T.AddDays(1));

        Assert.NotNull(day.State.Lock);
    }

    [Theory]
    [InlineData(AttemptState.Succeeded)]
    [InlineData(AttemptState.Failed)]
    public void The_late_outcome_of_a_cleared_run_is_recorded_once_and_changes_nothing_else(AttemptState end)
    {
        var day = HeldSince(T);
        var old = day.Lock;
        day.LoseAgent();
        day.TickAt(T + MaxAge);
        day.FindAgent();
        var next = day.Request(Operation.Backup);

        day.Do(new RunEnded(old.Token, new Outcome(end)));
        day.Do(new RunEnded(old.Token, new Outcome(end)));

        Assert.Equal(next.Token, day.Lock.Token);
        Assert.Equal(end, Assert.Single(day.All<LateOutcomeRejected>()).Outcome.State);
        var attempt = day.State.FindAttempt(old.AttemptId)!;
        Assert.Equal((AttemptState.Cancelled, end), (attempt.State, attempt.LateOutcome!.State));
        Assert.Null(day.State.Purge.LastSuccess);
    }

    [Fact]
    public void A_holder_that_ends_well_before_it_was_fenced_has_succeeded()
    {
        var day = HeldSince(T);
        day.Now = T + MaxAge;
        day.ReportRunning(MaxAge);

        day.EndRun(AttemptState.Succeeded);

        Assert.Empty(day.All<LockCleared>());
        Assert.NotNull(day.State.Purge.LastSuccess);
        Assert.Empty(day.OpenAlerts);
    }

    [Fact]
    public void A_holder_that_obeys_completes_the_clearing_and_what_it_said_is_kept()
    {
        var day = HeldSince(T);
        day.Now = T + MaxAge;
        day.ReportRunning(MaxAge);

        day.EndRun(AttemptState.Cancelled, "stopped in batch 7");

        Assert.Single(day.All<LockCleared>());
        Assert.Equal(AlertCodes.LockCleared, Assert.Single(day.OpenAlerts).Code);
        Assert.Equal("stopped in batch 7", day.State.Attempts[^1].LateOutcome!.Error);
    }

    [Fact]
    public void Fencing_a_token_that_holds_nothing_changes_nothing()
    {
        var day = HeldSince(T);
        var before = day.State;

        day.Do(new HolderFenced(day.Lock.Token));
        day.Do(new HolderFenced(day.Lock.Token - 1));

        Assert.Same(before, day.State);
    }

    [Fact]
    public void The_cleared_alert_goes_with_the_next_success_of_that_operation()
    {
        var day = HeldSince(T);
        day.LoseAgent();
        day.TickAt(T + MaxAge);
        day.FindAgent();

        day.Request(Operation.Backup);
        day.EndRun(AttemptState.Succeeded);
        Assert.Single(day.OpenAlerts);

        day.Request(Operation.Purge);
        day.EndRun(AttemptState.Succeeded);
        Assert.Empty(day.OpenAlerts);
    }

    [Fact]
    public void A_scheduled_run_whose_lock_is_cleared_after_its_window_is_given_up_at_once()
    {
        var day = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        day.LoseAgent();

        day.TickAt(T + MaxAge);

        Assert.Equal([AlertCodes.BackupFailed, AlertCodes.LockCleared], day.OpenAlerts.Select(a => a.Code).Order());
        Assert.Equal(WindowEnd.Exhausted, Assert.Single(day.All<WindowClosed>()).End);
    }

    [Fact]
    public void An_administrator_clears_any_lock_by_cancelling_and_fencing_first_and_without_an_alert()
    {
        var day = HeldSince(T);

        Assert.IsType<Accepted>(day.Do(new ClearLock("stuck on a full disk")));
        Assert.Equal(ClearanceCause.Operator, day.Lock.Clearance!.Cause);
        day.Do(new HolderFenced(day.Lock.Token));

        Assert.Null(day.State.Lock);
        Assert.Empty(day.All<AlertRaised>());
        Assert.Contains("stuck on a full disk", day.State.Attempts[^1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_administrator_clears_the_lock_of_an_unreachable_holder_at_the_next_tick()
    {
        var day = HeldSince(T);
        day.LoseAgent();

        day.Do(new ClearLock("machine is gone"));
        day.TickAt(T.AddSeconds(1));

        Assert.Null(day.State.Lock);
    }

    [Fact]
    public void A_scheduled_run_cleared_by_an_administrator_is_retried_inside_its_window()
    {
        var day = new Scenario(backup: TestSchedule.Nightly).RunUntil(T.AddMinutes(3));
        day.Do(new ClearLock("hung"));
        day.Do(new HolderFenced(day.Lock.Token));

        day.RunUntil(T.AddMinutes(10));

        Assert.Equal(T.AddMinutes(10), day.Lock.AcquiredAt);
    }

    [Fact]
    public void A_clearing_that_has_begun_is_not_begun_again()
    {
        var day = HeldSince(T);
        day.Do(new ClearLock("one"));

        Assert.IsType<Accepted>(day.Do(new ClearLock("two")));

        Assert.Equal("one", day.Lock.Clearance!.Reason.Split(": ")[1]);
        Assert.Single(day.All<ClearanceBegun>());
    }

    [Fact]
    public void There_is_nothing_to_clear_when_nothing_holds_the_lock() =>
        Assert.IsType<NotThere>(new Scenario().Do(new ClearLock("why not")));

    private static Scenario HeldSince(DateTimeOffset since)
    {
        var day = new Scenario { Now = since };
        day.Request(Operation.Purge);
        return day;
    }
}
