using CvpActors.Domain.Alerts;
using CvpActors.Domain.Shipments;

namespace CvpActors.Domain.Tests.Shipments;

/// <summary>The alert about a remote that has had no newly verified generation for too long.</summary>
public sealed class OverdueTests
{
    private static readonly DateTimeOffset Overdue = Voyage.Start + Voyage.OverdueAfter;
    private readonly Voyage _voyage = new();

    [Fact]
    public void It_is_raised_on_the_absence_of_success_also_when_there_never_was_a_file()
    {
        Assert.Empty(_voyage.TickAt(Overdue.AddSeconds(-1)).OpenAlerts);

        var alert = Assert.Single(_voyage.TickAt(Overdue).OpenAlerts);
        Assert.Equal(AlertCodes.ShipmentOverdue, alert.Code);
        Assert.Equal(
            "Remote hq has never had a verified backup of reporting; another was to follow within 1 d 2 h. There is no file to ship yet; there is one from the "
            + "second backup on. Check the database's node, the remote's, and the connection between them.",
            alert.Text);
    }

    [Fact]
    public void It_is_raised_while_the_agent_is_away()
    {
        _voyage.AgentIsPresent = false;
        _voyage.BecomesOld(7).TickAt(Overdue);

        Assert.Contains("Generation 7 has been waiting since 2026-03-10 02:00:00Z", Assert.Single(_voyage.OpenAlerts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_raised_while_a_shipment_takes_too_long_and_while_it_fails()
    {
        _voyage.BecomesOld(7).TickAt(Overdue);
        Assert.Contains("Generation 7 has been on its way since", Assert.Single(_voyage.OpenAlerts).Text, StringComparison.Ordinal);

        var failing = new Voyage().BecomesOld(7).Fails("the remote's disk is full");
        failing.AgentIsPresent = false;
        Assert.Contains("The last try failed: the remote's disk is full.", Assert.Single(failing.TickAt(Overdue).OpenAlerts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_counted_from_the_last_verification_also_when_no_newer_file_ever_comes()
    {
        _voyage.TickAt(Voyage.Start.AddHours(5)).BecomesOld(7).Arrives().TickAt(Overdue.AddHours(5).AddSeconds(-1));
        Assert.Empty(_voyage.OpenAlerts);

        _voyage.TickAt(Overdue.AddHours(5));
        Assert.Contains("see whether backups succeed", Assert.Single(_voyage.OpenAlerts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_raised_once_and_cleared_by_the_next_verification()
    {
        _voyage.TickAt(Overdue).TickAt(Overdue.AddDays(1)).TickAt(Overdue.AddDays(2));
        Assert.Single(_voyage.State.Alerts);

        _voyage.BecomesOld(7).Arrives();
        Assert.Empty(_voyage.OpenAlerts);
        Assert.Equal(_voyage.Now + Voyage.OverdueAfter, ShipmentDecider.NextWakeAt(_voyage.State, _voyage.Policy, agentIsPresent: true));
    }

    [Fact]
    public void It_is_cleared_when_the_remote_leaves_the_configuration_and_a_remote_that_comes_back_is_not_overdue_at_once()
    {
        _voyage.BecomesOld(7).Arrives().TickAt(Overdue);
        _voyage.Policy = _voyage.Policy with { OverdueAfter = null };
        _voyage.TickAt(Overdue.AddHours(1));
        Assert.Empty(_voyage.OpenAlerts);

        _voyage.Policy = _voyage.Policy with { OverdueAfter = Voyage.OverdueAfter };
        _voyage.TickAt(Overdue.AddDays(90));
        Assert.Empty(_voyage.OpenAlerts);
        Assert.Single(_voyage.TickAt(Overdue.AddDays(90) + Voyage.OverdueAfter).OpenAlerts);
    }

    [Fact]
    public void It_follows_a_changed_configuration()
    {
        _voyage.Policy = _voyage.Policy with { OverdueAfter = TimeSpan.FromHours(2) };
        _voyage.TickAt(Voyage.Start.AddHours(3));
        Assert.Single(_voyage.OpenAlerts);

        _voyage.Policy = _voyage.Policy with { OverdueAfter = TimeSpan.FromHours(4) };
        Assert.Empty(_voyage.TickAt(Voyage.Start.AddHours(3.5)).OpenAlerts);
    }

    [Fact]
    public void Each_notification_is_handed_over_until_it_was_taken_over()
    {
        _voyage.TickAt(Overdue);
        var raised = Assert.Single(ToHandOver());
        Assert.Equal(($"reporting/{raised.AlertId}/raised", AlertPhase.Raised), (raised.Id, raised.Phase));
        Assert.StartsWith("shipment-hq-", raised.AlertId, StringComparison.Ordinal);

        _voyage.TakeOver(AlertPhase.Raised).TakeOver(AlertPhase.Raised);
        Assert.Empty(ToHandOver());
        Assert.Single(_voyage.Events.OfType<ShipmentAlertHandedOver>());

        _voyage.BecomesOld(7).Arrives();
        Assert.Equal(AlertPhase.Cleared, Assert.Single(ToHandOver()).Phase);
        _voyage.TakeOver(AlertPhase.Cleared);
        Assert.Empty(ToHandOver());
    }

    [Fact]
    public void A_clock_that_is_set_back_shifts_what_is_counted_from_it()
    {
        _voyage.BecomesOld(7).Fails();
        _voyage.TickAt(Voyage.Start.AddDays(-2));
        Assert.Equal(2, _voyage.Orders.Count() + (_voyage.State.NextAttemptAt is null ? 0 : 1));
        Assert.Equal(_voyage.Now.AddSeconds(10), _voyage.State.NextAttemptAt);

        Assert.Empty(_voyage.TickAt(Overdue.AddDays(-2).AddSeconds(-1)).OpenAlerts);
        Assert.Single(_voyage.TickAt(Overdue.AddDays(-2)).OpenAlerts);
    }

    private IEnumerable<AlertNotification> ToHandOver() => ShipmentDecider.NotificationsToHandOver(_voyage.State, "reporting");
}
