using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;

namespace CvpActors.Domain.Tests.Schedules;

public class AdoptionTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void A_new_schedule_counts_from_now_and_fires_nothing_of_the_past()
    {
        var night = new Scenario { Now = T.AddHours(1) };
        Adopt(night, TestSchedule.Nightly);

        night.RunUntil(T.AddHours(23));
        Assert.Empty(night.State.Attempts);

        night.RunUntil(T.AddDays(1));
        Assert.Equal(T.AddDays(1), night.Lock.AcquiredAt);
    }

    [Fact]
    public void A_schedule_that_is_already_in_force_is_not_recorded_again_and_keeps_what_fell_due_meanwhile()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        var before = night.Events.Count;
        night.Now = T.AddHours(1);

        night.Do(new SchedulesConfigured());
        Assert.Equal(before, night.Events.Count);

        night.TickAt(T.AddHours(1));
        Assert.Equal(T, night.State.Backup.Window!.DueAt);
    }

    [Fact]
    public void A_changed_schedule_keeps_an_open_window()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        night.LoseAgent();
        night.RunUntil(T.AddMinutes(5));

        Adopt(night, new TestSchedule(T.AddHours(8), TimeSpan.FromDays(1)));
        night.RunUntil(T.AddHours(7));

        Assert.Equal(25, night.TriesOf(Operation.Backup).Count());
    }

    [Fact]
    public void A_removed_schedule_closes_its_window_without_an_alert_and_nothing_is_due_any_more()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        night.LoseAgent();
        night.RunUntil(T.AddMinutes(5));

        Adopt(night, null);
        night.RunUntil(T.AddDays(3));

        Assert.Equal(WindowEnd.Unscheduled, Assert.Single(night.All<WindowClosed>()).End);
        Assert.Single(night.TriesOf(Operation.Backup));
        Assert.Empty(night.All<AlertRaised>());
        Assert.Null(DatabaseDecider.NextWakeAt(night.State, night.Policy));
    }

    [Fact]
    public void A_run_whose_schedule_is_removed_may_finish()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);

        Adopt(night, null);
        night.EndRun(AttemptState.Succeeded);

        Assert.NotNull(night.State.Backup.LastSuccess);
        Assert.Null(night.State.Lock);
    }

    [Fact]
    public void An_operation_without_a_schedule_runs_on_demand_only()
    {
        var night = new Scenario().RunUntil(T.AddDays(2));

        Assert.Empty(night.Events);
        night.Request(Operation.Purge);
        Assert.Equal(Operation.Purge, night.Lock.Operation);
    }

    private static void Adopt(Scenario scenario, ISchedule? schedule)
    {
        scenario.Policy = scenario.Policy with { Backup = scenario.Policy.Backup with { Schedule = schedule } };
        scenario.Do(new SchedulesConfigured());
    }

    [Fact]
    public void The_alert_of_an_operation_that_is_no_longer_scheduled_is_cleared()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly).TickAt(Scenario.Due.AddHours(10));
        Assert.Single(nights.OpenAlerts);

        nights.Policy = nights.Policy with { Backup = nights.Policy.Backup with { Schedule = null } };
        nights.Do(new SchedulesConfigured());

        Assert.Empty(nights.OpenAlerts);
    }

}
