using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Tests.Purges;

/// <summary>What becomes of a purge that is held: tried again, alerted, let go by one call.</summary>
public sealed class HeldPurgeTests
{
    private static readonly DateTimeOffset T = Scenario.Due;
    private static readonly HoldReason Leap = new("clock 2027-04-14T02:00:00Z", "The clock is ahead.");
    private static readonly HoldReason Emptied = new("emptied call 2026-01-01T00:00:00Z", "The category would be empty.");

    [Fact]
    public void A_scheduled_one_is_tried_again_and_alerted_once()
    {
        var night = Held(Leap);
        night.RunUntil(T.AddMinutes(10));
        Hold(night, Leap);

        Assert.Equal([T, T.AddMinutes(10)], night.TriesOf(Operation.Purge));
        Assert.Equal(T.AddMinutes(20), night.State.Purge.Window?.NextAttemptAt);
        var alert = Assert.Single(night.All<AlertRaised>());
        Assert.Equal((AlertCodes.PurgeHeld, Operation.Purge), (alert.Code, alert.Operation));
        Assert.Contains("The clock is ahead. It is tried again", alert.Text, StringComparison.Ordinal);
        Assert.Equal(T, night.State.HeldPurge?.Since);
    }

    [Fact]
    public void One_that_was_asked_for_is_not_said_to_be_tried_again()
    {
        var day = new Scenario();
        day.Request(Operation.Purge);
        Hold(day, Leap);
        Assert.Contains("not tried again by itself: ask again afterwards. To let it go as it is: cvpctl release", Assert.Single(day.OpenAlerts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_held_by_something_else_is_alerted_anew()
    {
        var night = Held(Leap);
        night.RunUntil(T.AddMinutes(10));
        Hold(night, Emptied);

        Assert.Contains("would be empty", Assert.Single(night.OpenAlerts).Text, StringComparison.Ordinal);
        Assert.Equal(T.AddMinutes(10), night.State.HeldPurge?.Since);
    }

    [Fact]
    public void One_call_lets_it_go_at_once_for_what_was_found_and_the_alert_ends()
    {
        var night = Held(Leap, Emptied);
        night.Now = T.AddMinutes(3);
        Assert.IsType<Accepted>(night.Do(new LetPurgeGo("the machine was off for a year")));

        Assert.Empty(night.OpenAlerts);
        Assert.Null(night.State.HeldPurge);
        Assert.Equal([Leap.Key, Emptied.Key], night.State.LetGo);
        Assert.Equal("the machine was off for a year", Assert.Single(night.All<HeldPurgeLetGo>()).Reason);
        night.TickAt(T.AddMinutes(3));
        Assert.Equal(T.AddMinutes(3), night.TriesOf(Operation.Purge).Last());
    }

    [Fact]
    public void Nothing_can_be_let_go_where_nothing_is_held() => Assert.IsType<NotThere>(new Scenario().Do(new LetPurgeGo("why not")));

    [Fact]
    public void One_that_succeeds_because_the_cause_has_gone_ends_the_alert()
    {
        var night = Held(Leap);
        night.RunUntil(T.AddMinutes(10)).EndRun(AttemptState.Succeeded);
        Assert.Empty(night.OpenAlerts);
        Assert.Null(night.State.HeldPurge);
    }

    [Fact]
    public void One_that_fails_for_another_reason_stays_held()
    {
        var night = Held(Leap);
        night.RunUntil(T.AddMinutes(10)).EndRun(AttemptState.Failed, "the database is locked");
        Assert.Equal(AlertCodes.PurgeHeld, Assert.Single(night.OpenAlerts).Code);
    }

    [Fact]
    public void A_dry_run_tells_what_would_hold_it_and_holds_nothing()
    {
        var day = new Scenario();
        day.Request(Operation.Purge, dryRun: true);
        Hold(day, Leap);
        Assert.Null(day.State.HeldPurge);
        Assert.Empty(day.All<AlertRaised>());
        Assert.Equal(Leap, Assert.Single(day.State.Attempts[^1].Outcome!.Held!.Reasons));
    }

    [Fact]
    public void Of_what_was_let_go_the_latest_of_each_category_is_kept_and_of_the_clock_and_the_silence()
    {
        var day = new Scenario();
        foreach (var n in Enumerable.Range(0, 5))
        {
            day.Request(Operation.Purge);
            Hold(day, new HoldReason($"emptied call {n}", "empty"), new HoldReason($"clock {n}", "ahead"));
            day.Do(new LetPurgeGo("so it is"));
        }

        day.Request(Operation.Purge);
        Hold(day, new HoldReason("emptied long calls 7", "empty"));
        day.Do(new LetPurgeGo("so it is"));
        Assert.Equal(["emptied call 4", "clock 4", "emptied long calls 7"], day.State.LetGo);
    }

    [Fact]
    public void However_many_categories_hold_it_one_word_lets_all_of_them_go()
    {
        var day = new Scenario();
        day.Request(Operation.Purge);
        Hold(day, [.. Enumerable.Range(0, 120).Select(n => new HoldReason($"emptied call-{n} 2026-01-01T00:00:00Z", "empty"))]);
        day.Do(new LetPurgeGo("all were moved away"));
        Assert.Equal(120, day.State.LetGo!.Count);
    }

    [Fact]
    public void What_is_let_go_while_the_next_try_runs_stays_so_when_that_ends_and_it_is_tried_again_at_once()
    {
        var night = Held(Leap);
        night.RunUntil(T.AddMinutes(10));
        Assert.IsType<Accepted>(night.Do(new LetPurgeGo("it was off")));
        night.Now = T.AddMinutes(11);
        Hold(night, Leap);

        Assert.Null(night.State.HeldPurge);
        Assert.Empty(night.OpenAlerts);
        Assert.Equal(T.AddMinutes(11), night.State.Purge.Window?.NextAttemptAt);
    }

    [Fact]
    public void What_else_that_try_was_held_by_holds_it_on()
    {
        var night = Held(Leap);
        night.RunUntil(T.AddMinutes(10));
        Assert.IsType<Accepted>(night.Do(new LetPurgeGo("it was off")));
        Hold(night, Leap, Emptied);

        Assert.Equal(Emptied, Assert.Single(night.State.HeldPurge!.Hold.Reasons));
        Assert.DoesNotContain(Leap.Text, Assert.Single(night.OpenAlerts).Text, StringComparison.Ordinal);
        Assert.Equal(T.AddMinutes(20), night.State.Purge.Window?.NextAttemptAt);
    }

    private static Scenario Held(params HoldReason[] reasons)
    {
        var night = new Scenario(purge: TestSchedule.Nightly).RunUntil(T);
        Hold(night, reasons);
        return night;
    }

    private static void Hold(Scenario day, params HoldReason[] reasons) => day.Do(new RunEnded(
        day.Lock.Token,
        new Outcome(day.Lock.DryRun ? AttemptState.Succeeded : AttemptState.Failed, day.Lock.DryRun ? null : "it is held") { Held = new PurgeHold([.. reasons]) }));
}
