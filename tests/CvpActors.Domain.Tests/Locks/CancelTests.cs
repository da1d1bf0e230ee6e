using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Locks;

public class CancelTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void Cancelling_asks_the_holder_to_stop_and_keeps_the_lock_until_it_has()
    {
        var night = new Scenario();
        var run = night.Request(Operation.Backup);

        Assert.IsType<Accepted>(night.Do(new CancelAttempt(run.AttemptId)));

        Assert.True(night.Lock.CancelRequested);
        night.EndRun(AttemptState.Cancelled);
        Assert.Equal(AttemptState.Cancelled, Assert.Single(night.State.Attempts).State);
    }

    [Fact]
    public void Cancelling_twice_is_recorded_once()
    {
        var night = new Scenario();
        var run = night.Request(Operation.Backup);

        night.Do(new CancelAttempt(run.AttemptId));
        Assert.IsType<Accepted>(night.Do(new CancelAttempt(run.AttemptId)));

        Assert.Single(night.All<CancelRequested>());
    }

    [Theory]
    [InlineData(AttemptState.Cancelled)]
    [InlineData(AttemptState.Failed)]
    [InlineData(AttemptState.Lost)]
    public void A_scheduled_run_that_was_cancelled_is_neither_retried_nor_alerted(AttemptState end)
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.Do(new CancelAttempt(night.Lock.AttemptId));

        night.EndRun(end).RunUntil(T.AddHours(23));

        Assert.Single(night.State.Attempts);
        Assert.Null(Assert.Single(night.All<LockReleased>()).NextAttemptAt);
        Assert.Equal(WindowEnd.Cancelled, Assert.Single(night.All<WindowClosed>()).End);
        Assert.Empty(night.All<AlertRaised>());
    }

    [Fact]
    public void A_run_that_succeeds_in_spite_of_being_cancelled_has_succeeded()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.Do(new CancelAttempt(night.Lock.AttemptId));

        night.EndRun(AttemptState.Succeeded);

        Assert.Equal(WindowEnd.Succeeded, Assert.Single(night.All<WindowClosed>()).End);
        Assert.NotNull(night.State.Backup.LastSuccess);
    }

    [Fact]
    public void A_run_that_has_ended_cannot_be_cancelled()
    {
        var night = new Scenario();
        var run = night.Request(Operation.Backup);
        night.EndRun(AttemptState.Succeeded);

        var reply = Assert.IsType<NotPossible>(night.Do(new CancelAttempt(run.AttemptId)));

        Assert.Contains("succeeded", reply.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_attempt_that_never_was_cannot_be_cancelled() =>
        Assert.IsType<NotThere>(new Scenario().Do(new CancelAttempt("backup-99")));

    [Fact]
    public void A_window_that_was_renewed_while_the_cancelled_run_was_stopping_stays_open()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        night.TickAt(T.AddDays(1).AddMinutes(-1)).Do(new CancelAttempt(night.Lock.AttemptId));
        night.TickAt(T.AddDays(1).AddMinutes(3)).EndRun(AttemptState.Cancelled);

        Assert.Equal(T.AddDays(1).AddMinutes(10), night.State.Backup.Window!.NextAttemptAt);
    }

}
