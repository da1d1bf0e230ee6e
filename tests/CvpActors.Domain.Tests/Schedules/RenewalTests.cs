using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Schedules;

public class RenewalTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void A_schedule_that_falls_due_in_its_own_open_window_renews_it_with_a_new_deadline()
    {
        var day = new Scenario(backup: new TestSchedule(T, TimeSpan.FromHours(3)));
        day.LoseAgent();

        day.RunUntil(T.AddHours(3));

        Assert.Single(day.All<WindowOpened>());
        var renewed = Assert.Single(day.All<WindowRenewed>());
        Assert.Equal((T.AddHours(3), T.AddHours(3), T.AddHours(7)), (renewed.At, renewed.DueAt, renewed.Deadline));
        Assert.Equal(T.AddHours(7), day.State.Backup.Window!.Deadline);
        Assert.Equal((1, 0), (day.State.Backup.Window.Tries, day.State.Backup.Window.Retries));
    }

    [Fact]
    public void A_renewed_window_is_given_up_once_at_its_new_deadline()
    {
        var day = new Scenario(backup: new TestSchedule(T, TimeSpan.FromHours(3)));
        day.LoseAgent();
        day.RunUntil(T.AddHours(3));
        day.Policy = day.Policy with { Backup = day.Policy.Backup with { Schedule = TestSchedule.Nightly } };
        day.Do(new SchedulesConfigured());

        day.RunUntil(T.AddHours(23));

        Assert.Equal(T.AddHours(7), Assert.Single(day.All<AlertRaised>()).At);
    }

    [Fact]
    public void A_schedule_that_falls_due_while_its_own_run_is_under_way_starts_nothing_beside_it()
    {
        var days = new Scenario(backup: TestSchedule.Nightly);
        days.Policy = days.Policy with { LockMaxAge = TimeSpan.FromDays(10) };
        days.RunUntil(T);
        var first = days.Lock;

        days.RunUntil(T.AddDays(1).AddHours(1));

        Assert.Equal(first, days.Lock);
        Assert.Equal(T.AddDays(1), Assert.Single(days.All<WindowRenewed>()).DueAt);
        Assert.Single(days.TriesOf(Operation.Backup));
    }

    [Fact]
    public void The_run_under_way_counts_as_the_first_try_of_the_window_that_it_renewed()
    {
        var days = new Scenario(backup: TestSchedule.Nightly);
        days.Policy = days.Policy with { LockMaxAge = TimeSpan.FromDays(10) };
        days.RunUntil(T).RunUntil(T.AddDays(1).AddMinutes(3));

        days.EndRun(AttemptState.Failed, "no luck").RunUntil(T.AddDays(1).AddMinutes(10));

        Assert.Equal(T.AddDays(1).AddMinutes(10), days.Lock.AcquiredAt);
        Assert.Equal(1, days.State.Backup.Window!.Retries);
        Assert.Empty(days.All<AlertRaised>());
    }

    [Fact]
    public void Success_of_the_run_under_way_closes_the_window_that_it_renewed()
    {
        var days = new Scenario(backup: TestSchedule.Nightly);
        days.Policy = days.Policy with { LockMaxAge = TimeSpan.FromDays(10) };
        days.RunUntil(T).RunUntil(T.AddDays(1).AddMinutes(3));

        days.EndRun(AttemptState.Succeeded).RunUntil(T.AddDays(1).AddHours(12));

        Assert.Null(days.State.Backup.Window);
        Assert.Empty(days.All<AlertRaised>());
    }

    [Fact]
    public void An_on_demand_run_of_the_same_operation_under_way_does_not_stand_in_for_the_scheduled_one()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        night.Request(Operation.Backup);
        night.RunUntil(T.AddMinutes(2));
        night.EndRun(AttemptState.Succeeded);

        night.RunUntil(T.AddMinutes(10));

        Assert.Equal(Trigger.Scheduled, night.Lock.Trigger);
    }
}
