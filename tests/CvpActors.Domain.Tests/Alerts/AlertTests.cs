using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Alerts;

public class AlertTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void Success_of_a_scheduled_run_clears_its_alert()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly).TickAt(T.AddHours(10)).RunUntil(T.AddDays(1));

        nights.EndRun(AttemptState.Succeeded);

        var alert = Assert.Single(nights.State.Alerts);
        Assert.Equal(T.AddDays(1), alert.ClearedAt);
    }

    [Fact]
    public void Success_of_a_scheduled_backup_leaves_the_alert_of_the_purge_open()
    {
        var nights = new Scenario(TestSchedule.Nightly, TestSchedule.Nightly).TickAt(T.AddHours(10)).RunUntil(T.AddDays(1));
        Assert.Equal(2, nights.OpenAlerts.Count());

        nights.EndRun(AttemptState.Succeeded);

        Assert.Equal(AlertCodes.PurgeFailed, Assert.Single(nights.OpenAlerts).Code);
    }

    [Fact]
    public void Every_night_that_is_given_up_raises_an_alert_of_its_own_and_one_success_clears_them_all()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly);
        nights.LoseAgent();
        nights.RunUntil(T.AddDays(2).AddHours(12));
        Assert.Equal([T.AddHours(4), T.AddDays(1).AddHours(4), T.AddDays(2).AddHours(4)], nights.OpenAlerts.Select(a => a.RaisedAt));
        Assert.Equal(3, nights.OpenAlerts.Select(a => a.Id).Distinct().Count());

        nights.FindAgent();
        nights.RunUntil(T.AddDays(3)).EndRun(AttemptState.Succeeded);

        Assert.Empty(nights.OpenAlerts);
    }

    [Fact]
    public void An_alert_names_the_database_the_operation_and_what_to_do()
    {
        var night = new Scenario(purge: TestSchedule.Nightly).TickAt(T.AddHours(10));

        var text = Assert.Single(night.OpenAlerts).Text;
        Assert.Contains("purge of reporting", text, StringComparison.Ordinal);
        Assert.Contains("ask for a purge of reporting on demand", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_notification_is_handed_to_delivery_once()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly).TickAt(T.AddHours(10));
        var id = Assert.Single(nights.State.Alerts).Id;

        nights.Do(new NotificationTakenOver(id, AlertPhase.Raised));
        nights.Do(new NotificationTakenOver(id, AlertPhase.Raised));
        nights.RunUntil(T.AddDays(1)).EndRun(AttemptState.Succeeded);
        nights.Do(new NotificationTakenOver(id, AlertPhase.Cleared));
        nights.Do(new NotificationTakenOver(id, AlertPhase.Cleared));

        Assert.Equal([AlertPhase.Raised, AlertPhase.Cleared], nights.All<AlertHandedOver>().Select(h => h.Phase));
        var alert = Assert.Single(nights.State.Alerts);
        Assert.True(alert.RaisedHandedOver);
        Assert.True(alert.ClearedHandedOver);
    }

    [Fact]
    public void A_notification_of_an_unknown_alert_changes_nothing()
    {
        var night = new Scenario();

        night.Do(new NotificationTakenOver("alert-99", AlertPhase.Raised));

        Assert.Empty(night.Events);
    }

    [Fact]
    public void Only_alerts_that_were_delivered_and_cleared_are_forgotten_and_only_the_oldest_of_them()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly);
        const int Nights = DatabaseState.KeptClearedAlerts + 20;
        for (var night = 0; night < Nights; night++)
        {
            nights.TickAt(T.AddDays(2 * night).AddHours(10)).RunUntil(T.AddDays((2 * night) + 1)).EndRun(AttemptState.Succeeded);
            var id = nights.State.Alerts[^1].Id;
            nights.Do(new NotificationTakenOver(id, AlertPhase.Raised));
            if (night > 0)
            {
                nights.Do(new NotificationTakenOver(id, AlertPhase.Cleared));
            }
        }

        nights.TickAt(T.AddDays(2 * Nights).AddHours(10));

        Assert.Equal(DatabaseState.KeptClearedAlerts + 2, nights.State.Alerts.Count);
        Assert.False(nights.State.Alerts[0].ClearedHandedOver);
        Assert.Equal(T.AddHours(10), nights.State.Alerts[0].RaisedAt);
        Assert.Null(nights.State.Alerts[^1].ClearedAt);
    }

    [Fact]
    public void The_clearing_of_an_alert_that_is_still_open_cannot_have_been_taken_over()
    {
        var nights = new Scenario(backup: TestSchedule.Nightly).TickAt(T.AddHours(10));

        nights.Do(new NotificationTakenOver(Assert.Single(nights.State.Alerts).Id, AlertPhase.Cleared));

        Assert.Empty(nights.All<AlertHandedOver>());
    }

}
