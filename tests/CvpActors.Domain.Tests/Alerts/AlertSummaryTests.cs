using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Tests.Alerts;

public class AlertSummaryTests
{
    [Fact]
    public void One_notification_is_told_as_it_is()
    {
        var one = BurstLimitTests.Notifications(1);

        Assert.Same(one[0], AlertSummary.Of(one));
    }

    [Fact]
    public void A_summary_counts_what_it_tells_by_code_and_names_the_first_databases()
    {
        AlertNotification[] all = [.. BurstLimitTests.Notifications(7), BurstLimitTests.Notifications(1)[0] with { Code = AlertCodes.PurgeFailed }];

        var summary = AlertSummary.Of(all);

        Assert.Equal((AlertCodes.Summary, AlertPhase.Raised, ""), (summary.Code, summary.Phase, summary.Database));
        Assert.Contains("8 alerts told together", summary.Text, StringComparison.Ordinal);
        Assert.Contains("7 x backup-failed raised (db-1, db-2, db-3, db-4, db-5 and 2 more)", summary.Text, StringComparison.Ordinal);
        Assert.Contains("1 x purge-failed raised (db-1)", summary.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_notifications_make_the_same_summary_so_that_a_second_copy_can_be_told() =>
        Assert.Equal(AlertSummary.Of(BurstLimitTests.Notifications(3)), AlertSummary.Of(BurstLimitTests.Notifications(3)));

    [Fact]
    public void A_summary_of_clearings_is_a_clearing() =>
        Assert.Equal(AlertPhase.Cleared, AlertSummary.Of(BurstLimitTests.Notifications(3, AlertPhase.Cleared)).Phase);
}
