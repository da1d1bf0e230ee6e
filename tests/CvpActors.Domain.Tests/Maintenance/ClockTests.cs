using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;

namespace CvpActors.Domain.Tests.Maintenance;

public class ClockTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void A_clock_that_is_a_minute_behind_the_latest_event_is_not_taken_for_a_step()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);

        night.TickAt(T.AddMinutes(-1));
        night.EndRun(AttemptState.Failed, "no luck");

        Assert.Empty(night.All<ClockSteppedBack>());
        Assert.Equal(T, night.State.Attempts[^1].FinishedAt);
    }

    [Fact]
    public void A_step_back_is_recorded_and_raises_one_alert()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);

        night.TickAt(T.AddMinutes(-30));
        night.TickAt(T.AddMinutes(-50));

        Assert.Equal(
            [new ClockSteppedBack(T.AddMinutes(-30), T), new ClockSteppedBack(T.AddMinutes(-50), T.AddMinutes(-30))],
            night.All<ClockSteppedBack>());
        Assert.Equal(AlertCodes.ClockSkew, Assert.Single(night.All<AlertRaised>()).Code);
    }

    [Fact]
    public void A_step_back_in_a_span_without_events_is_noticed_and_windows_move_along()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.EndRun(AttemptState.Failed, "no luck");

        // Nine minutes later by the monotonic clock, the clock shows an hour before; that is still after the latest event of another day.
        night.Now = T.AddMinutes(9).AddHours(-1);
        night.ClockAtLeast = T.AddMinutes(9);
        night.Do(new TimePassed());

        Assert.Equal(new ClockSteppedBack(T.AddMinutes(-51), T.AddMinutes(9)), Assert.Single(night.All<ClockSteppedBack>()));
        Assert.Equal(T.AddMinutes(-50), night.State.Backup.Window?.NextAttemptAt);
        Assert.Equal(AlertCodes.ClockSkew, Assert.Single(night.OpenAlerts).Code);
    }

    [Fact]
    public void A_clock_that_was_set_back_to_after_the_latest_event_is_noticed_by_what_it_showed_since()
    {
        var night = new Scenario(backup: TestSchedule.Nightly) { Now = T.AddHours(-12) };
        night.ClockAtLeast = T.AddHours(-12).AddMinutes(2);
        night.Do(new TimePassed());
        Assert.IsType<ClockSteppedBack>(night.Events[^2]);

        // Where nothing was ever counted there is nothing to move.
        var fresh = DatabaseDecider.Integrate(
            DatabaseState.Initial, night.Policy, new TimePassed(), new DecisionContext(T, night.Agent) { ClockAtLeast = T.AddDays(1) });
        Assert.Empty(fresh);
    }

    [Fact]
    public void Nothing_is_decided_by_the_tick_that_saw_the_clock_step_back()
    {
        var night = new Scenario(backup: TestSchedule.Nightly, purge: new TestSchedule(T.AddMinutes(5), TimeSpan.FromDays(1)));
        night.LoseAgent();
        night.RunUntil(T.AddMinutes(60));
        night.FindAgent();
        var before = night.State.Attempts;

        night.TickAt(T.AddMinutes(30));

        Assert.Equal(before, night.State.Attempts);
        Assert.All(night.Events.SkipWhile(e => e is not ClockSteppedBack).Skip(1), e => Assert.IsType<AlertRaised>(e));
    }

    [Fact]
    public void A_running_lock_keeps_its_age_across_a_step_back()
    {
        var day = new Scenario { Now = T };
        day.Request(Operation.Purge);
        day.Now = T.AddHours(11);
        day.Do(new PauseSchedules(Until: null, "something that is remembered with its time"));

        day.TickAt(T.AddHours(5));
        Assert.Equal(TimeSpan.FromHours(11), day.Lock.Age(day.Now));

        day.LoseAgent();
        day.TickAt(T.AddHours(6).AddTicks(-1));
        Assert.NotNull(day.State.Lock);
        day.TickAt(T.AddHours(6));
        Assert.Null(day.State.Lock);
    }

    [Fact]
    public void A_hung_holder_is_not_waited_for_longer_because_the_clock_stepped_back()
    {
        var day = new Scenario { Now = T };
        day.Request(Operation.Purge);
        day.Do(new ClearLock("hung"));

        day.TickAt(T.AddHours(-3)).TickAt(T.AddHours(-3).AddSeconds(10));

        Assert.Null(day.State.Lock);
    }

    [Fact]
    public void An_open_window_keeps_its_remaining_length_and_its_tries_across_a_step_back()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        night.LoseAgent();
        night.RunUntil(T.AddMinutes(60));

        night.TickAt(T.AddMinutes(20));
        var window = night.State.Backup.Window!;
        Assert.Equal((T.AddMinutes(30), T.AddMinutes(200), 7), (window.NextAttemptAt, window.Deadline, window.Tries));

        night.RunUntil(T.AddHours(20));
        Assert.Equal(25, night.TriesOf(Operation.Backup).Count());
        Assert.Equal(T.AddMinutes(200), Assert.Single(night.All<AlertRaised>(), a => a.Code == AlertCodes.BackupFailed).At);
    }

    [Fact]
    public void A_small_step_back_over_the_due_moment_does_not_make_the_night_due_twice()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T.AddMinutes(10));
        night.EndRun(AttemptState.Succeeded);

        night.TickAt(T.AddMinutes(-50)).RunUntil(T.AddHours(20));

        Assert.Single(night.TriesOf(Operation.Backup));
    }

    [Fact]
    public void A_large_step_back_corrects_a_wrong_clock_and_its_due_moments_count_anew()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T.AddMinutes(10));
        night.EndRun(AttemptState.Succeeded);

        night.TickAt(T.AddDays(-3).AddHours(-1)).RunUntil(T.AddDays(-3));

        Assert.Equal([T, T.AddDays(-3)], night.TriesOf(Operation.Backup));
    }

    [Fact]
    public void A_command_of_a_person_is_still_answered_when_the_clock_stepped_back()
    {
        var night = new Scenario { Now = T };
        night.Request(Operation.Backup);
        night.EndRun(AttemptState.Succeeded);
        night.Now = T.AddHours(-5);

        var granted = night.Request(Operation.Backup);

        Assert.Equal(T.AddHours(-5), night.Lock.AcquiredAt);
        Assert.Equal(granted.Token, night.Lock.Token);
        Assert.Single(night.All<ClockSteppedBack>());
    }

    [Fact]
    public void A_step_back_is_noticed_by_a_fact_too_and_the_fact_still_counts()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.Now = T.AddHours(-2);

        night.EndRun(AttemptState.Succeeded);

        Assert.Null(night.State.Lock);
        Assert.Single(night.All<ClockSteppedBack>());
        Assert.Null(night.State.Backup.Window);
    }

    [Fact]
    public void The_alert_is_cleared_once_the_clock_has_run_steadily_for_an_hour()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.EndRun(AttemptState.Succeeded);
        night.TickAt(T.AddMinutes(-30));

        night.RunUntil(T.AddMinutes(30).AddTicks(-1));
        Assert.Single(night.OpenAlerts);

        night.RunUntil(T.AddMinutes(30));
        Assert.Empty(night.OpenAlerts);
    }

    [Fact]
    public void A_second_step_keeps_the_alert_open_for_another_hour()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.EndRun(AttemptState.Succeeded);
        night.TickAt(T.AddMinutes(-30)).TickAt(T.AddMinutes(-32));

        night.RunUntil(T.AddMinutes(28).AddTicks(-1));
        Assert.Single(night.OpenAlerts);
        night.RunUntil(T.AddMinutes(28));
        Assert.Empty(night.OpenAlerts);
        Assert.Equal(2, night.All<ClockSteppedBack>().Count());
    }

}
