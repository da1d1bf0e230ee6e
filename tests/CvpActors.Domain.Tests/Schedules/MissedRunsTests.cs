using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Schedules;

public class MissedRunsTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void A_coordinator_that_comes_back_inside_the_window_starts_late_with_the_original_deadline()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);

        night.TickAt(T.AddMinutes(95));

        Assert.Equal(T.AddMinutes(95), night.Lock.AcquiredAt);
        Assert.Equal((T, T.AddHours(4)), (night.State.Backup.Window!.DueAt, night.State.Backup.Window.Deadline));
        night.EndRun(AttemptState.Failed, "no luck");
        Assert.Equal(T.AddMinutes(100), night.State.Backup.Window!.NextAttemptAt);
    }

    [Fact]
    public void A_coordinator_that_comes_back_on_the_deadline_makes_the_last_try()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).TickAt(T.AddHours(4));

        Assert.Equal(T.AddHours(4), night.Lock.AcquiredAt);
        Assert.Empty(night.All<AlertRaised>());
    }

    [Theory]
    [InlineData(Operation.Backup, 4, AlertCodes.BackupFailed)]
    [InlineData(Operation.Purge, 6, AlertCodes.PurgeFailed)]
    public void A_coordinator_that_comes_back_after_the_window_raises_one_alert_as_missed_and_runs_nothing(Operation operation, int hours, string code)
    {
        var night = operation == Operation.Backup ? new Scenario(backup: TestSchedule.Nightly) : new Scenario(purge: TestSchedule.Nightly);

        night.TickAt(T.AddHours(hours).AddMinutes(2)).RunUntil(T.AddHours(23));

        Assert.Empty(night.State.Attempts);
        Assert.Empty(night.All<WindowOpened>());
        var missed = Assert.Single(night.All<RunsMissed>());
        Assert.Equal((operation, T, T, 1), (missed.Operation, missed.FirstDueAt, missed.LastDueAt, missed.Count));
        var alert = Assert.Single(night.All<AlertRaised>());
        Assert.Equal(code, alert.Code);
        Assert.Contains("missed", alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_nights_missed_are_one_alert_that_counts_them()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly).TickAt(T.AddDays(3).AddHours(10));

        var missed = Assert.Single(nights.All<RunsMissed>());
        Assert.Equal((T, T.AddDays(3), 4), (missed.FirstDueAt, missed.LastDueAt, missed.Count));
        Assert.Contains("4 scheduled backups", Assert.Single(nights.All<AlertRaised>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nights_missed_before_one_whose_window_is_open_are_reported_and_that_one_is_run()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly).TickAt(T.AddDays(2).AddHours(1));

        var missed = Assert.Single(nights.All<RunsMissed>());
        Assert.Equal((T, T.AddDays(1), 2), (missed.FirstDueAt, missed.LastDueAt, missed.Count));
        Assert.Equal(T.AddDays(2).AddHours(4), Assert.Single(nights.All<WindowOpened>()).Deadline);
        Assert.Equal(Operation.Backup, nights.Lock.Operation);

        nights.EndRun(AttemptState.Succeeded);
        Assert.Empty(nights.OpenAlerts);
    }

    [Fact]
    public void What_was_missed_is_reported_once()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly).TickAt(T.AddHours(10));

        nights.TickAt(T.AddHours(11)).TickAt(T.AddHours(12)).RunUntil(T.AddHours(20));

        Assert.Single(nights.All<RunsMissed>());
        Assert.Single(nights.All<AlertRaised>());
    }

    [Fact]
    public void A_window_that_was_open_when_the_coordinator_went_down_is_given_up_and_later_nights_are_reported_missed()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly);
        nights.LoseAgent();
        nights.RunUntil(T.AddMinutes(30));

        nights.TickAt(T.AddDays(2).AddHours(10));

        Assert.Equal([T.AddMinutes(0), T.AddMinutes(10), T.AddMinutes(20), T.AddMinutes(30)], nights.TriesOf(Operation.Backup));
        Assert.Equal(WindowEnd.Exhausted, Assert.Single(nights.All<WindowClosed>()).End);
        Assert.Equal(2, Assert.Single(nights.All<RunsMissed>()).Count);
        Assert.Equal(2, nights.All<AlertRaised>().Count());
    }

    [Fact]
    public void A_window_that_ended_while_the_coordinator_was_down_is_given_up_with_one_alert()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        night.LoseAgent();
        night.RunUntil(T.AddMinutes(30));
        night.FindAgent();

        night.TickAt(T.AddHours(9)).RunUntil(T.AddHours(20));

        Assert.Null(night.State.Lock);
        Assert.Equal(T.AddHours(9), Assert.Single(night.All<AlertRaised>()).At);
    }

    [Fact]
    public void A_run_that_lasted_over_several_due_moments_while_the_coordinator_was_down_may_still_succeed()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly);
        nights.Policy = nights.Policy with { LockMaxAge = TimeSpan.FromDays(10) };
        nights.RunUntil(T);

        nights.TickAt(T.AddDays(2).AddHours(1));
        nights.EndRun(AttemptState.Succeeded);

        Assert.Empty(nights.All<RunsMissed>());
        Assert.Empty(nights.All<AlertRaised>());
        Assert.Null(nights.State.Backup.Window);
    }
}
