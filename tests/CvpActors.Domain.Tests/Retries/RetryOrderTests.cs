using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Tests.Retries;

public class RetryOrderTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void On_a_tie_the_backup_goes_first_and_the_purge_is_tried_ten_minutes_later()
    {
        var night = new Scenario(TestSchedule.Nightly, TestSchedule.Nightly).RunUntil(T);

        Assert.Equal(Operation.Backup, night.Lock.Operation);
        var purge = Assert.Single(night.State.Attempts, a => a.Operation == Operation.Purge);
        Assert.Equal((AttemptState.Blocked, night.Lock.AttemptId, night.Lock.Token, T), (purge.State, purge.BlockedBy!.AttemptId, purge.BlockedBy.Token, purge.BlockedBy.Since));
        Assert.Equal(T.AddMinutes(10), night.State.Purge.Window!.NextAttemptAt);
    }

    [Fact]
    public void The_one_whose_next_try_is_earlier_goes_first()
    {
        var fiveMinutesLater = new TestSchedule(T.AddMinutes(5), TimeSpan.FromDays(1));
        var night = new Scenario(backup: fiveMinutesLater, purge: TestSchedule.Nightly);
        night.Request(Operation.Backup);
        night.RunUntil(T.AddMinutes(8));
        night.EndRun(AttemptState.Succeeded);

        // Both have come due when the next tick arrives: the purge at T+10, the backup at T+15.
        night.TickAt(T.AddMinutes(16));

        Assert.Equal(Operation.Purge, night.Lock.Operation);
    }

    [Fact]
    public void A_long_backup_and_a_purge_that_waits_for_it_both_get_their_turn()
    {
        var night = new Scenario(TestSchedule.Nightly, TestSchedule.Nightly).RunUntil(T.AddMinutes(47));
        night.EndRun(AttemptState.Succeeded).RunUntil(T.AddMinutes(50));

        Assert.Equal((Operation.Purge, T.AddMinutes(50)), (night.Lock.Operation, night.Lock.AcquiredAt));
        Assert.Equal(6, night.TriesOf(Operation.Purge).Count());
    }
}
