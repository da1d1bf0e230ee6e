using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;

namespace CvpActors.Domain.Tests.Maintenance;

public class PauseTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void A_paused_database_opens_no_windows()
    {
        var nights = Paused(until: null);

        nights.RunUntil(T.AddDays(3));

        Assert.Empty(nights.State.Attempts);
        Assert.Empty(nights.All<WindowOpened>());
        Assert.Empty(nights.All<AlertRaised>());
        Assert.Null(DatabaseDecider.NextWakeAt(nights.State, nights.Policy));
    }

    [Fact]
    public void Resuming_does_not_fire_or_report_what_was_missed()
    {
        var nights = Paused(until: null);
        nights.TickAt(T.AddDays(1).AddHours(1));

        Assert.IsType<Accepted>(nights.Do(new ResumeSchedules()));
        nights.RunUntil(T.AddDays(2).AddTicks(-1));
        Assert.Empty(nights.State.Attempts);
        Assert.Empty(nights.All<RunsMissed>());

        nights.RunUntil(T.AddDays(2));
        Assert.Equal(T.AddDays(2), nights.Lock.AcquiredAt);
    }

    [Fact]
    public void A_pause_ends_by_itself_at_its_moment()
    {
        var nights = Paused(until: T.AddHours(1));

        nights.RunUntil(T.AddHours(1));
        Assert.Null(nights.State.Pause);
        Assert.Equal(T.AddHours(1), Assert.Single(nights.All<Resumed>()).At);

        nights.RunUntil(T.AddDays(1));
        Assert.Equal(T.AddDays(1), Assert.Single(nights.TriesOf(Operation.Backup)));
    }

    [Fact]
    public void A_pause_that_ended_while_the_coordinator_was_down_ended_then_and_what_fell_due_later_is_run()
    {
        var nights = Paused(until: T.AddHours(12));

        nights.TickAt(T.AddDays(1).AddHours(1));

        Assert.Equal(T.AddHours(12), Assert.Single(nights.All<Resumed>()).From);
        Assert.Empty(nights.All<RunsMissed>());
        Assert.Equal(T.AddDays(1), nights.State.Backup.Window!.DueAt);
        Assert.Equal(Operation.Backup, nights.Lock.Operation);
    }

    [Fact]
    public void Resuming_by_hand_after_the_pause_ended_unseen_does_not_swallow_what_fell_due_since()
    {
        var nights = Paused(until: T.AddHours(12));
        nights.Now = T.AddDays(1).AddHours(1);

        Assert.IsType<Accepted>(nights.Do(new ResumeSchedules()));
        nights.TickAt(nights.Now);

        Assert.Equal(T.AddDays(1), nights.State.Backup.Window!.DueAt);
    }

    [Fact]
    public void Pausing_closes_open_windows_without_an_alert()
    {
        var night = new Scenario(TestSchedule.Nightly, TestSchedule.Nightly);
        night.LoseAgent();
        night.RunUntil(T.AddMinutes(25));

        night.Do(new PauseSchedules(Until: null, "storage is moved"));
        night.RunUntil(T.AddHours(20));

        Assert.Equal([WindowEnd.Paused, WindowEnd.Paused], night.All<WindowClosed>().Select(w => w.End));
        Assert.Equal(3, night.TriesOf(Operation.Backup).Count());
        Assert.Empty(night.All<AlertRaised>());
    }

    [Fact]
    public void A_run_under_way_may_finish_in_a_pause_and_is_not_retried_if_it_fails()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.Do(new PauseSchedules(Until: null, "storage is moved"));
        Assert.NotNull(night.State.Lock);

        night.EndRun(AttemptState.Failed, "no luck").RunUntil(T.AddHours(20));

        Assert.Single(night.State.Attempts);
    }

    [Fact]
    public void On_demand_runs_are_granted_in_a_pause()
    {
        var night = Paused(until: null);

        night.Request(Operation.Backup);

        Assert.Equal(Trigger.OnDemand, night.Lock.Trigger);
    }

    [Fact]
    public void A_pause_may_be_changed_by_pausing_again()
    {
        var night = Paused(until: null);

        night.Do(new PauseSchedules(T.AddHours(1), "shorter"));

        Assert.Equal((T.AddHours(1), "shorter"), (night.State.Pause!.Until!.Value, night.State.Pause.Reason));
    }

    [Fact]
    public void A_pause_cannot_end_in_the_past()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);

        Assert.IsType<NotPossible>(night.Do(new PauseSchedules(night.Now, "too late")));

        Assert.Null(night.State.Pause);
    }

    [Fact]
    public void Resuming_what_is_not_paused_is_accepted_and_records_nothing()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        var before = night.Events.Count;

        Assert.IsType<Accepted>(night.Do(new ResumeSchedules()));

        Assert.Equal(before, night.Events.Count);
    }

    [Fact]
    public void A_run_that_is_due_at_the_very_end_of_a_pause_is_run()
    {
        var nights = Paused(until: T.AddDays(1));

        nights.RunUntil(T.AddDays(1));

        Assert.Equal(T.AddDays(1), Assert.Single(nights.TriesOf(Operation.Backup)));
    }

    [Fact]
    public void A_scheduled_run_that_fails_while_paused_is_told_since_nobody_tries_it_again()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.Do(new PauseSchedules(null, "storage is moved"));

        night.EndRun(AttemptState.Failed, "no space left");

        var alert = Assert.Single(night.OpenAlerts);
        Assert.Equal(AlertCodes.BackupFailed, alert.Code);
        Assert.Contains("was paused (storage is moved) failed: no space left", alert.Text, StringComparison.Ordinal);
    }

    private static Scenario Paused(DateTimeOffset? until)
    {
        var scenario = new Scenario(backup: TestSchedule.Nightly);
        Assert.IsType<Accepted>(scenario.Do(new PauseSchedules(until, "storage is moved")));
        return scenario;
    }
}
