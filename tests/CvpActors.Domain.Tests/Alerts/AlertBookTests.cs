using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Tests.Alerts;

public class AlertBookTests
{
    private static readonly DateTimeOffset T = Scenario.Due;
    private static readonly AlertNotification[] Three = BurstLimitTests.Notifications(3);

    [Fact]
    public void A_receiver_gets_what_was_queued_for_it_oldest_first_until_it_has_it()
    {
        var book = Queued("log", "snmp").Apply(new NotificationDelivered(T, Three[0].Id, "snmp"));

        Assert.Equal(Three, book.PendingFor("log"));
        Assert.Equal(Three[1..], book.PendingFor("snmp"));
    }

    [Fact]
    public void A_summary_delivers_all_that_it_tells_to_its_receiver_only()
    {
        var book = Queued("log", "snmp").Apply(new SummaryDelivered(T, [Three[0].Id, Three[2].Id], "snmp"));

        Assert.Equal([Three[1]], book.PendingFor("snmp"));
        Assert.Equal(3, book.PendingFor("log").Count());
    }

    [Fact]
    public void A_receiver_that_was_configured_later_is_not_told_what_was_before() =>
        Assert.Empty(Queued("log").PendingFor("snmp"));

    [Fact]
    public void What_receivers_that_are_gone_have_not_got_goes_to_those_that_are_configured_and_nobody_gets_it_twice()
    {
        var book = Queued("log", "pager").Apply(new NotificationDelivered(T, Three[0].Id, "log"));
        Assert.Equal(["pager"], book.Unreachable(["log", "snmp"]));

        book = book.Apply(new NotificationsReaddressed(T, ["log", "snmp"]));

        Assert.Empty(book.PendingFor("pager"));
        Assert.Equal(Three[1..], book.PendingFor("log"));
        Assert.Equal(Three, book.PendingFor("snmp"));
    }

    [Fact]
    public void What_every_receiver_has_or_will_get_is_not_readdressed()
    {
        var book = Queued("log").Apply(new NotificationsReaddressed(T, ["log", "snmp"]));

        Assert.Empty(book.PendingFor("snmp"));
    }

    [Fact]
    public void What_is_not_delivered_is_never_forgotten_and_of_the_rest_the_latest_are_kept()
    {
        var book = Queued("log");
        var many = BurstLimitTests.Notifications(AlertBook.KeptDelivered + 100).Select(n => n with { Id = "late/" + n.Id }).ToList();
        foreach (var notification in many)
        {
            book = book.Apply(new NotificationQueued(T, notification, ["log"])).Apply(new NotificationDelivered(T, notification.Id, "log"));
        }

        Assert.Equal(Three, book.PendingFor("log"));
        Assert.InRange(book.Entries.Count, AlertBook.KeptDelivered, AlertBook.KeptDelivered + Three.Length + 1);
        Assert.True(book.Contains(many[^1].Id));
        Assert.False(book.Contains(many[0].Id));
    }

    private static AlertBook Queued(params string[] receivers) =>
        Three.Aggregate(AlertBook.Empty, (book, n) => book.Apply(new NotificationQueued(T, n, [.. receivers])));
}
