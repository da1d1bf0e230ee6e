using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Tests.Alerts;

public class BurstLimitTests
{
    private static readonly BurstLimit Limit = new(3, TimeSpan.FromMinutes(1));
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(1);

    [Fact]
    public void Within_the_limit_each_notification_is_told_by_itself() =>
        Assert.Single(Limit.Next(Notifications(3), []).Notifications);

    [Fact]
    public void What_is_more_than_the_places_left_is_told_together()
    {
        Assert.Equal(4, Limit.Next(Notifications(4), []).Notifications.Length);
        Assert.Equal(2, Limit.Next(Notifications(2), [JustNow, JustNow]).Notifications.Length);
        Assert.Single(Limit.Next(Notifications(1), [JustNow, JustNow]).Notifications);
    }

    [Fact]
    public void Beyond_the_limit_it_waits_until_the_oldest_is_a_period_ago()
    {
        var next = Limit.Next(Notifications(5), [TimeSpan.FromSeconds(50), JustNow, JustNow]);

        Assert.Empty(next.Notifications);
        Assert.Equal(TimeSpan.FromSeconds(10), next.Wait);
    }

    [Fact]
    public void What_was_sent_longer_than_a_period_ago_does_not_count() =>
        Assert.Single(Limit.Next(Notifications(2), [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), JustNow]).Notifications);

    [Fact]
    public void A_limit_of_one_tells_everything_in_summaries() =>
        Assert.Equal(4, new BurstLimit(1, TimeSpan.FromMinutes(1)).Next(Notifications(4), []).Notifications.Length);

    [Fact]
    public void Five_hundred_failures_in_a_minute_are_no_more_pages_than_the_limit_and_none_is_left_out()
    {
        // Fifty fail every 6 s; what the receiver may get is sent at once.
        var limit = BurstLimit.Default;
        var pending = new List<AlertNotification>();
        var sentAt = new List<TimeSpan>();
        var told = 0;
        for (var second = 0; second < 180; second++)
        {
            var now = TimeSpan.FromSeconds(second);
            pending.AddRange(second < 60 ? Notifications(second % 6 == 0 ? 50 : 0) : []);
            while (pending.Count > 0 && limit.Next(pending, [.. sentAt.Select(at => now - at)]) is { Notifications: { IsEmpty: false } batch })
            {
                told += batch.Length;
                pending.RemoveRange(0, batch.Length);
                sentAt.Add(now);
            }
        }

        Assert.Equal(500, told);
        Assert.InRange(sentAt.Count, 1, limit.Notifications);
    }

    internal static AlertNotification[] Notifications(int count, AlertPhase phase = AlertPhase.Raised) =>
    [
        .. Enumerable.Range(1, count).Select(i => new AlertNotification(
            $"db-{i}/alert-1/{phase}", $"db-{i}", "alert-1", AlertCodes.BackupFailed, phase, Scenario.Due.AddSeconds(i), $"text {i}")),
    ];
}
