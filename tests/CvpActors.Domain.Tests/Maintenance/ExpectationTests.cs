using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;

namespace CvpActors.Domain.Tests.Maintenance;

/// <summary>The absence of success is alerted by itself, once, whatever its cause.</summary>
public class ExpectationTests
{
    private static readonly DateTimeOffset T = Scenario.Due;
    private static readonly TimeSpan Within = TimeSpan.FromHours(26);
    private static readonly DateTimeOffset Registered = T.AddHours(-1);

    [Fact]
    public void Never_scheduled_it_is_alerted_once_counted_from_its_registration_and_says_that_there_is_no_schedule()
    {
        var days = Expecting(new Scenario());

        Assert.Equal(Registered + Within, DatabaseDecider.NextWakeAt(days.State, days.Policy));
        days.RunUntil(Registered + Within - TimeSpan.FromSeconds(1));
        Assert.Empty(days.OpenAlerts);
        days.RunUntil(T.AddDays(20));

        var alert = Assert.Single(days.State.Alerts);
        Assert.Equal((AlertCodes.BackupOverdue, Registered + Within), (alert.Code, alert.RaisedAt));
        Assert.Contains("No backup of reporting has ever succeeded", alert.Text, StringComparison.Ordinal);
        Assert.Contains("It has no schedule for a backup (backup.schedule).", alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Paused_and_forgotten_it_says_since_when_and_why()
    {
        var days = Expecting(new Scenario(backup: TestSchedule.Nightly));
        days.RunUntil(T);
        days.EndRun(AttemptState.Succeeded);
        days.Do(new PauseSchedules(Until: null, "a move of racks"));

        days.RunUntil(T.AddDays(9));

        var alert = Assert.Single(days.OpenAlerts);
        Assert.Equal(T + Within, alert.RaisedAt);
        Assert.Contains($"paused since {T:u} (a move of racks), until somebody resumes them", alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_failures_are_alerted_with_the_last_of_them()
    {
        var days = Expecting(new Scenario(backup: TestSchedule.Nightly));
        for (var at = T; at < Registered + Within; at += TimeSpan.FromMinutes(1))
        {
            days.TickAt(at);
            if (days.State.Lock is not null)
            {
                days.EndRun(AttemptState.Failed, "no space left");
            }
        }

        days.RunUntil(Registered + Within);
        var alert = Assert.Single(days.OpenAlerts, a => a.Code == AlertCodes.BackupOverdue);
        Assert.Contains("failed: no space left.", alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_is_gone_is_named_as_the_cause_and_the_alert_needs_no_agent()
    {
        var days = Expecting(new Scenario(backup: TestSchedule.Nightly));
        days.LoseAgent();
        days.Agent = days.Agent with { SilentFor = TimeSpan.FromHours(3) };

        days.TickAt(Registered + Within);

        Assert.Contains($"cannot be reached since {Registered + Within - TimeSpan.FromHours(3):u}",
            Assert.Single(days.OpenAlerts, a => a.Code == AlertCodes.BackupOverdue).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_coordinator_that_has_just_started_waits_for_the_agent_which_may_bring_the_success()
    {
        var days = Expecting(new Scenario());
        days.Request(Operation.Backup);
        days.Agent = AgentPresence.Awaited;
        days.TickAt(Registered + Within);
        Assert.Empty(days.OpenAlerts);

        days.FindAgent();
        days.EndRun(AttemptState.Succeeded);
        days.TickAt(Registered + Within);
        Assert.Empty(days.State.Alerts);
    }

    [Fact]
    public void The_next_success_clears_it_and_begins_the_time_anew_and_a_dry_run_is_none()
    {
        var days = Expecting(new Scenario(), Operation.Purge);
        days.RunUntil(Registered + Within);
        days.Request(Operation.Purge, dryRun: true);
        days.EndRun(AttemptState.Succeeded);
        Assert.Single(days.OpenAlerts);

        days.Now = T.AddDays(3);
        days.Request(Operation.Purge);
        days.EndRun(AttemptState.Succeeded);
        Assert.Empty(days.OpenAlerts);

        days.RunUntil(T.AddDays(3) + Within);
        Assert.Equal([Registered + Within, T.AddDays(3) + Within], days.State.Alerts.Select(a => a.RaisedAt));
    }

    [Fact]
    public void A_clock_that_is_set_back_takes_nothing_from_the_time_and_adds_nothing()
    {
        var days = Expecting(new Scenario());
        days.TickAt(Registered.AddHours(10));
        days.Request(Operation.Purge);
        days.EndRun(AttemptState.Succeeded);

        days.TickAt(Registered.AddHours(4));
        Assert.Equal(Registered - TimeSpan.FromHours(6) + Within, days.State.Backup.ExpectedSince + Within);
        days.RunUntil(Registered.AddHours(20));
        Assert.Single(days.OpenAlerts, a => a.Code == AlertCodes.BackupOverdue);
    }

    [Fact]
    public void A_key_that_is_taken_away_or_lengthened_ends_the_alert_and_one_that_comes_back_counts_from_then()
    {
        var days = Expecting(new Scenario());
        days.RunUntil(T.AddDays(2));
        days.Policy = days.Policy with { Backup = days.Policy.Backup with { ExpectedWithin = TimeSpan.FromDays(9) } };
        days.Do(new SchedulesConfigured());
        Assert.Empty(days.OpenAlerts);

        days.Policy = days.Policy with { Backup = days.Policy.Backup with { ExpectedWithin = null } };
        days.Do(new SchedulesConfigured());
        days.RunUntil(T.AddDays(30));
        Assert.Empty(days.OpenAlerts);

        Expecting(days);
        Assert.Equal(T.AddDays(30), days.State.Backup.ExpectedSince);
    }

    [Fact]
    public void A_retired_database_expects_nothing_until_it_is_served_again()
    {
        var days = Expecting(new Scenario());
        days.LoseAgent();
        days.Do(new RetireDatabase("sold"));
        days.RunUntil(T.AddDays(9));
        Assert.Empty(days.State.Alerts);

        days.FindAgent();
        days.Do(new SchedulesConfigured());
        Assert.Equal(T.AddDays(9), days.State.Backup.ExpectedSince);
    }

    private static Scenario Expecting(Scenario days, Operation operation = Operation.Backup)
    {
        days.Policy = operation == Operation.Backup
            ? days.Policy with { Backup = days.Policy.Backup with { ExpectedWithin = Within } }
            : days.Policy with { Purge = days.Policy.Purge with { ExpectedWithin = Within } };
        days.Do(new SchedulesConfigured());
        return days;
    }
}
