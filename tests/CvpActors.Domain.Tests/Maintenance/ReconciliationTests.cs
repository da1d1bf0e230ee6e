using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Maintenance;

public class ReconciliationTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void A_run_that_the_agent_no_longer_knows_is_lost_and_its_lock_is_free_at_once()
    {
        var night = Running();
        night.Now += TimeSpan.FromSeconds(5);

        night.Do(new AgentReported(night.Lock.Token, RunningToken: null, TimeSpan.Zero, []));

        Assert.Null(night.State.Lock);
        Assert.Equal(AttemptState.Lost, night.State.Attempts[^1].State);
    }

    [Fact]
    public void A_lost_scheduled_run_is_retried()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T.AddMinutes(2));
        night.Do(new AgentReported(night.Lock.Token, RunningToken: null, TimeSpan.Zero, []));

        night.RunUntil(T.AddMinutes(10));

        Assert.Equal(T.AddMinutes(10), night.Lock.AcquiredAt);
    }

    [Fact]
    public void A_run_whose_outcome_is_on_its_way_is_waited_for()
    {
        var night = Running();

        night.Do(new AgentReported(night.Lock.Token, RunningToken: null, TimeSpan.Zero, [night.Lock.Token]));

        Assert.NotNull(night.State.Lock);
    }

    [Fact]
    public void An_order_that_has_not_reached_the_agent_is_waited_for_a_minute()
    {
        var night = Running();

        night.Now += TimeSpan.FromMinutes(1);
        night.Do(new AgentReported(night.Lock.Token - 1, RunningToken: null, TimeSpan.Zero, []));
        Assert.NotNull(night.State.Lock);

        night.Now += TimeSpan.FromTicks(1);
        night.Do(new AgentReported(night.Lock.Token - 1, RunningToken: null, TimeSpan.Zero, []));
        Assert.Null(night.State.Lock);
        Assert.Contains("never reached", night.State.Attempts[^1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_the_agent_confirms_goes_on()
    {
        var night = Running();
        var before = night.State;
        night.Now += TimeSpan.FromHours(3);

        night.ReportRunning(TimeSpan.FromHours(3));

        Assert.Same(before, night.State);
    }

    [Fact]
    public void An_agent_with_nothing_to_do_is_right_when_nothing_holds_the_lock()
    {
        var night = new Scenario();

        var granted = night.Request(Operation.Backup);
        night.EndRun(AttemptState.Succeeded);
        var before = night.Events.Count;

        night.Do(new AgentReported(granted.Token, RunningToken: null, TimeSpan.Zero, [granted.Token]));

        Assert.Equal(before, night.Events.Count);
    }

    [Fact]
    public void After_a_restore_of_the_journal_tokens_go_on_above_those_that_the_agent_has_seen()
    {
        var night = new Scenario();
        night.Request(Operation.Backup);
        night.EndRun(AttemptState.Succeeded);

        night.Do(new AgentReported(80, RunningToken: null, TimeSpan.Zero, []));
        var granted = night.Request(Operation.Backup);

        Assert.Equal((81, "backup-81"), (granted.Token, granted.AttemptId));
    }

    [Fact]
    public void What_a_run_that_was_given_up_as_lost_has_to_say_later_is_recorded_once_without_effect()
    {
        var night = Running();
        var token = night.Lock.Token;
        night.Do(new AgentReported(token, RunningToken: null, TimeSpan.Zero, []));

        night.Do(new RunEnded(token, new Outcome(AttemptState.Lost)));
        Assert.Empty(night.All<LateOutcomeRejected>());

        night.Do(new RunEnded(token, new Outcome(AttemptState.Succeeded)));
        night.Do(new RunEnded(token, new Outcome(AttemptState.Succeeded)));
        Assert.Single(night.All<LateOutcomeRejected>());
        Assert.Equal(AttemptState.Lost, Assert.Single(night.State.Attempts).State);
        Assert.Null(night.State.Backup.LastSuccess);
    }

    private static Scenario Running()
    {
        var night = new Scenario();
        night.Request(Operation.Backup);
        return night;
    }
}
