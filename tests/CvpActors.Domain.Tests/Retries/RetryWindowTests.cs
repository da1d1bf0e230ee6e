using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Retries;

public class RetryWindowTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Theory]
    [InlineData(Operation.Backup, 4, 24)]
    [InlineData(Operation.Purge, 6, 36)]
    public void A_blocked_scheduled_run_is_tried_when_due_and_every_ten_minutes_until_its_deadline(Operation operation, int hours, int retries)
    {
        var night = Blocked(operation).RunUntil(T.AddHours(23));

        Assert.Equal(Enumerable.Range(0, retries + 1).Select(n => T.AddMinutes(10 * n)), night.TriesOf(operation));
        Assert.Equal(T.AddHours(hours), night.TriesOf(operation).Last());
        Assert.All(night.State.Attempts.Where(a => a.Trigger == Trigger.Scheduled), a => Assert.Equal(AttemptState.Blocked, a.State));
    }

    [Theory]
    [InlineData(Operation.Backup, 4, AlertCodes.BackupFailed)]
    [InlineData(Operation.Purge, 6, AlertCodes.PurgeFailed)]
    public void One_alert_is_raised_at_the_deadline_and_not_before(Operation operation, int hours, string code)
    {
        var night = Blocked(operation).RunUntil(T.AddHours(hours).AddTicks(-1));
        Assert.Empty(night.All<AlertRaised>());

        night.RunUntil(T.AddHours(23));

        var alert = Assert.Single(night.All<AlertRaised>());
        Assert.Equal((code, operation, T.AddHours(hours)), (alert.Code, alert.Operation, alert.At));
        Assert.Contains($"{hours * 6} retries", alert.Text, StringComparison.Ordinal);
        Assert.Null(night.State.Of(operation).Window);
    }

    [Fact]
    public void A_failing_scheduled_run_is_retried_as_a_blocked_one_is()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        for (var tries = 1; tries < 25; tries++)
        {
            night.Now += TimeSpan.FromMinutes(3);
            night.EndRun(AttemptState.Failed, "disk full");
            Assert.Empty(night.All<AlertRaised>());
            night.RunUntil(T.AddMinutes(10 * tries));
        }

        Assert.Equal(T.AddHours(4), night.Lock.AcquiredAt);
        night.Now += TimeSpan.FromMinutes(3);
        night.EndRun(AttemptState.Failed, "disk full");

        Assert.Equal(25, night.TriesOf(Operation.Backup).Count());
        var alert = Assert.Single(night.All<AlertRaised>());
        Assert.Equal(night.Now, alert.At);
        Assert.Contains("disk full", alert.Text, StringComparison.Ordinal);
        Assert.Contains("24 retries", alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blocked_run_starts_at_the_next_try_after_the_lock_is_free()
    {
        var night = Blocked(Operation.Backup).RunUntil(T.AddMinutes(34));
        night.EndRun(AttemptState.Succeeded);
        Assert.Null(night.State.Lock);

        night.RunUntil(T.AddMinutes(40));

        Assert.Equal((Operation.Backup, Trigger.Scheduled, T.AddMinutes(40)), (night.Lock.Operation, night.Lock.Trigger, night.Lock.AcquiredAt));
        Assert.Equal(4, night.State.Backup.Window!.Retries);
    }

    [Fact]
    public void A_try_on_the_deadline_counts()
    {
        var night = Blocked(Operation.Backup).RunUntil(T.AddHours(4).AddMinutes(-1));
        night.EndRun(AttemptState.Succeeded);

        night.RunUntil(T.AddHours(4));
        Assert.Equal(T.AddHours(4), night.Lock.AcquiredAt);

        night.EndRun(AttemptState.Succeeded);
        Assert.Empty(night.All<AlertRaised>());
        Assert.Equal(WindowEnd.Succeeded, Assert.Single(night.All<WindowClosed>()).End);
    }

    [Fact]
    public void A_try_on_the_deadline_is_still_made_by_a_timer_that_is_a_little_late()
    {
        var night = Blocked(Operation.Backup).RunUntil(T.AddHours(4).AddMinutes(-1));
        night.EndRun(AttemptState.Succeeded);

        night.TickAt(T.AddHours(4).AddSeconds(59));

        Assert.Equal(Operation.Backup, night.Lock.Operation);
    }

    [Fact]
    public void A_last_try_that_was_not_made_in_time_is_given_up_with_one_alert()
    {
        var night = Blocked(Operation.Backup).RunUntil(T.AddHours(4).AddMinutes(-1));
        night.EndRun(AttemptState.Succeeded);

        night.TickAt(T.AddHours(4).AddMinutes(2)).RunUntil(T.AddHours(23));

        Assert.Null(night.State.Lock);
        Assert.Equal(AlertCodes.BackupFailed, Assert.Single(night.All<AlertRaised>()).Code);
    }

    [Fact]
    public void A_run_under_way_when_its_window_ends_may_finish_and_succeed_without_an_alert()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T).RunUntil(T.AddHours(7));
        Assert.Equal(T, night.Lock.AcquiredAt);

        night.EndRun(AttemptState.Succeeded).RunUntil(T.AddHours(23));

        Assert.Empty(night.All<AlertRaised>());
        Assert.Null(night.State.Backup.Window);
    }

    [Theory]
    [InlineData(AttemptState.Failed)]
    [InlineData(AttemptState.Lost)]
    [InlineData(AttemptState.Cancelled)]
    public void A_run_under_way_when_its_window_ends_raises_the_alert_at_once_if_it_then_fails(AttemptState end)
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T).RunUntil(T.AddHours(7));

        night.EndRun(end, "no more").RunUntil(T.AddHours(23));

        var alert = Assert.Single(night.All<AlertRaised>());
        Assert.Equal((AlertCodes.BackupFailed, T.AddHours(7)), (alert.Code, alert.At));
        Assert.Single(night.TriesOf(Operation.Backup));
    }

    [Fact]
    public void A_run_that_fails_after_the_last_try_of_a_window_that_is_no_multiple_of_its_interval_is_given_up_at_once()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        var retry = new RetryPolicy(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(25));
        night.Policy = night.Policy with { Backup = night.Policy.Backup with { Retry = retry } };
        night.LoseAgent();

        night.RunUntil(T.AddHours(5));

        Assert.Equal([T, T.AddMinutes(10), T.AddMinutes(20)], night.TriesOf(Operation.Backup));
        Assert.Equal(T.AddMinutes(20), Assert.Single(night.All<AlertRaised>()).At);
    }

    [Fact]
    public void A_late_tick_does_not_shift_the_tries_that_follow()
    {
        var night = Blocked(Operation.Backup).RunUntil(T);

        night.TickAt(T.AddMinutes(10).AddSeconds(7)).TickAt(T.AddMinutes(34)).RunUntil(T.AddMinutes(50));

        Assert.Equal(
            [T, T.AddMinutes(10).AddSeconds(7), T.AddMinutes(34), T.AddMinutes(40), T.AddMinutes(50)],
            night.TriesOf(Operation.Backup));
    }

    [Fact]
    public void An_agent_that_cannot_be_reached_blocks_a_try_like_a_held_lock()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        night.LoseAgent();
        night.RunUntil(T.AddMinutes(25));
        night.FindAgent();

        night.RunUntil(T.AddMinutes(30));

        Assert.Equal([AttemptState.Blocked, AttemptState.Blocked, AttemptState.Blocked, AttemptState.Running], night.State.Attempts.Select(a => a.State));
        Assert.Contains("not connected", night.State.Attempts[0].Error, StringComparison.Ordinal);
        Assert.Equal(T.AddMinutes(30), night.Lock.AcquiredAt);
    }

    [Fact]
    public void No_try_is_made_or_used_up_before_a_restarted_coordinator_has_heard_of_the_agent()
    {
        var night = new Scenario(backup: TestSchedule.Nightly) { Agent = AgentPresence.Awaited };
        night.TickAt(T);
        Assert.Empty(night.State.Attempts);

        night.FindAgent();
        night.TickAt(T.AddSeconds(5));

        Assert.Equal(T.AddSeconds(5), night.Lock.AcquiredAt);
        Assert.Equal(T.AddHours(4), night.State.Backup.Window!.Deadline);
    }

    [Fact]
    public void A_changed_policy_leaves_an_open_window_alone()
    {
        var night = Blocked(Operation.Backup).RunUntil(T);
        var retry = new RetryPolicy(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));
        night.Policy = night.Policy with { Backup = night.Policy.Backup with { Retry = retry } };
        night.Do(new SchedulesConfigured());

        night.RunUntil(T.AddHours(23));

        Assert.Equal(25, night.TriesOf(Operation.Backup).Count());
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 10)]
    [InlineData(9, 10)]
    [InlineData(10, 20)]
    [InlineData(239, 240)]
    public void The_next_try_is_the_next_on_the_grid_of_the_due_moment(int minutesAfterDue, int expected)
    {
        var window = new RetryWindow(T, T.AddHours(4), TimeSpan.FromMinutes(10));

        Assert.Equal(T.AddMinutes(expected), window.NextTryAfter(T.AddMinutes(minutesAfterDue)));
    }

    [Fact]
    public void There_is_no_next_try_from_the_deadline_on() =>
        Assert.Null(new RetryWindow(T, T.AddHours(4), TimeSpan.FromMinutes(10)).NextTryAfter(T.AddHours(4)));

    /// <summary>A night in which <paramref name="operation"/> is due and an on-demand run of the other one never ends.</summary>
    private static Scenario Blocked(Operation operation)
    {
        var night = operation == Operation.Backup
            ? new Scenario(backup: TestSchedule.Nightly)
            : new Scenario(purge: TestSchedule.Nightly);
        night.Policy = night.Policy with { LockMaxAge = TimeSpan.FromDays(10) };
        night.Request(operation == Operation.Backup ? Operation.Purge : Operation.Backup);
        return night;
    }
}
