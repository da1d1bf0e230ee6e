using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Folding;

namespace CvpActors.Domain.Tests.Locks;

public class OnDemandTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Theory]
    [InlineData(Operation.Backup, Operation.Purge)]
    [InlineData(Operation.Purge, Operation.Backup)]
    [InlineData(Operation.Backup, Operation.Backup)]
    [InlineData(Operation.Purge, Operation.Purge)]
    public void A_run_is_refused_at_once_while_another_holds_the_lock_and_is_told_who_and_since_when(Operation holder, Operation wanted)
    {
        var night = new Scenario();
        var granted = night.Request(holder);
        night.Now += TimeSpan.FromMinutes(5);

        var refused = Assert.IsType<RunRefused>(night.Do(new RequestRun(wanted, DryRun: false, RequestKey: null)));

        Assert.Equal(new Blocker(holder, granted.AttemptId, granted.Token, night.Lock.AcquiredAt), refused.Holder);
        Assert.Contains(granted.AttemptId, refused.Reason, StringComparison.Ordinal);
        Assert.Contains(night.Lock.AcquiredAt.ToString("u"), refused.Reason, StringComparison.Ordinal);
        var shown = night.Refusals.AmongAttempts(night.State).First();
        Assert.Equal((AttemptState.Blocked, refused.Holder, refused.Reason), (shown.State, shown.BlockedBy, shown.Error));
    }

    [Fact]
    public void While_nobody_knows_whether_there_is_an_agent_nothing_is_decided_or_recorded_so_that_the_same_may_be_asked_again()
    {
        var night = new Scenario { Agent = AgentPresence.Awaited };

        Assert.True(Assert.IsType<AgentMissing>(night.Do(new RequestRun(Operation.Backup, DryRun: false, RequestKey: "key"))).Awaited);
        Assert.Empty(night.Events);

        night.FindAgent();
        Assert.IsType<RunGranted>(night.Do(new RequestRun(Operation.Backup, DryRun: false, RequestKey: "key")));
    }

    [Fact]
    public void A_refused_run_is_never_retried()
    {
        var night = new Scenario();
        night.Request(Operation.Purge);
        night.Do(new RequestRun(Operation.Backup, DryRun: false, RequestKey: null));
        night.EndRun(AttemptState.Succeeded);

        night.RunUntil(T.AddDays(2));

        Assert.Single(night.State.Attempts);
        Assert.Null(night.State.Lock);
        Assert.Empty(night.All<AlertRaised>());
    }

    [Theory]
    [InlineData(AttemptState.Failed)]
    [InlineData(AttemptState.Lost)]
    public void A_run_that_fails_is_never_retried_and_raises_no_alert(AttemptState end)
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        night.Request(Operation.Backup);
        night.EndRun(end, "no luck");

        night.RunUntil(T.AddTicks(-1));

        Assert.Single(night.State.Attempts);
        Assert.Null(night.State.Backup.Window);
        Assert.Empty(night.All<AlertRaised>());
    }

    [Fact]
    public void A_run_without_an_agent_is_refused_with_the_reason()
    {
        var night = new Scenario();
        night.LoseAgent();

        var missing = Assert.IsType<AgentMissing>(night.Do(new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)));

        Assert.Contains("not connected", missing.Reason, StringComparison.Ordinal);
        Assert.Null(night.State.Lock);
    }

    [Fact]
    public void Success_does_not_close_a_scheduled_window_of_the_same_operation()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);
        night.RunUntil(T);
        night.EndRun(AttemptState.Failed, "no luck");
        var window = night.State.Backup.Window;

        night.Request(Operation.Backup);
        night.EndRun(AttemptState.Succeeded);

        Assert.Equal(window, night.State.Backup.Window);
        night.RunUntil(T.AddMinutes(10));
        Assert.Equal(Trigger.Scheduled, night.Lock.Trigger);
    }

    [Fact]
    public void Success_does_not_clear_the_scheduled_alert()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).TickAt(T.AddHours(10));

        night.Request(Operation.Backup);
        night.EndRun(AttemptState.Succeeded);

        Assert.Equal(AlertCodes.BackupFailed, Assert.Single(night.OpenAlerts).Code);
    }

    [Fact]
    public void A_request_repeated_under_its_key_gets_the_first_answer_and_starts_nothing()
    {
        var night = new Scenario();
        var first = night.Request(Operation.Backup, key: "k-1");

        Assert.Equal(first, night.Do(new RequestRun(Operation.Backup, DryRun: false, "k-1")));
        night.EndRun(AttemptState.Succeeded);
        Assert.Equal(first, night.Do(new RequestRun(Operation.Backup, DryRun: false, "k-1")));

        Assert.Null(night.State.Lock);
        Assert.Single(night.State.Attempts);
    }

    [Fact]
    public void A_refused_request_repeated_under_its_key_is_refused_as_before_even_when_the_lock_is_free()
    {
        var night = new Scenario();
        night.Request(Operation.Purge);
        var refused = night.Do(new RequestRun(Operation.Backup, DryRun: false, "k-1"));
        night.EndRun(AttemptState.Succeeded);

        Assert.IsType<RunRefused>(refused);
        Assert.Equal(refused, night.Do(new RequestRun(Operation.Backup, DryRun: false, "k-1")));
    }

    [Fact]
    public void A_request_that_found_no_agent_may_be_sent_again_under_its_key()
    {
        var night = new Scenario();
        night.LoseAgent();
        night.Do(new RequestRun(Operation.Backup, DryRun: false, "k-1"));
        night.FindAgent();

        night.Request(Operation.Backup, key: "k-1");

        Assert.Equal("k-1", night.State.Attempts[^1].RequestKey);
    }

    [Fact]
    public void One_key_used_for_a_backup_and_a_purge_names_two_requests()
    {
        var night = new Scenario();
        night.Request(Operation.Backup, key: "k-1");
        night.EndRun(AttemptState.Succeeded);

        night.Request(Operation.Purge, key: "k-1");

        Assert.Equal(Operation.Purge, night.Lock.Operation);
    }

    [Fact]
    public void Two_requests_without_a_key_are_two_runs()
    {
        var night = new Scenario();
        var first = night.Request(Operation.Backup);
        night.EndRun(AttemptState.Succeeded);

        Assert.NotEqual(first, night.Request(Operation.Backup));
    }

    [Fact]
    public void A_dry_run_is_not_remembered_as_the_last_success()
    {
        var night = new Scenario();
        var real = night.Request(Operation.Purge);
        night.EndRun(AttemptState.Succeeded);

        night.Request(Operation.Purge, dryRun: true);
        Assert.True(night.Lock.DryRun);
        night.EndRun(AttemptState.Succeeded);

        Assert.Equal(real.AttemptId, night.State.Purge.LastSuccess!.Id);
        Assert.True(night.State.Attempts[^1].DryRun);
    }

    [Fact]
    public void A_token_is_the_sequence_number_of_the_event_that_granted_the_lock()
    {
        var night = new Scenario(TestSchedule.Nightly, TestSchedule.Nightly).RunUntil(T);
        night.EndRun(AttemptState.Succeeded);
        night.Request(Operation.Backup);

        var granted = night.Events.Select((e, n) => (e, n)).Where(x => x.e is LockAcquired).Select(x => x.n + 1L);
        Assert.Equal(granted, night.State.Attempts.Where(a => a.Token is not null).Select(a => a.Token!.Value));
    }

    [Fact]
    public void A_key_that_was_used_for_a_dry_run_is_not_the_answer_to_a_real_purge()
    {
        var night = new Scenario();
        night.Request(Operation.Purge, dryRun: true, key: "A");
        night.EndRun(AttemptState.Succeeded);

        Assert.Contains("belongs to purge-", Assert.IsType<NotPossible>(night.Do(new RequestRun(Operation.Purge, DryRun: false, "A"))).Reason, StringComparison.Ordinal);
        Assert.Null(night.State.Lock);
    }

    [Fact]
    public void Refused_requests_are_counted_the_latest_kept_and_none_is_an_event()
    {
        var night = new Scenario();
        night.Request(Operation.Backup);
        night.EndRun(AttemptState.Succeeded);
        night.Request(Operation.Purge);
        var events = night.Events.Count;

        for (var i = 0; i < 1000; i++)
        {
            night.Now += TimeSpan.FromSeconds(1);
            night.Do(new RequestRun(Operation.Backup, DryRun: false, null));
        }

        Assert.Equal(events, night.Events.Count);
        Assert.Equal((1000L, RecentRefusals.Kept), (night.Refusals.Count, night.Refusals.Latest.Count));
        var history = night.Refusals.AmongAttempts(night.State).ToList();
        Assert.Equal(RecentRefusals.Kept + 2, history.Count);
        Assert.Equal("backup-refused-7-1000", history[0].Id);
        Assert.Equal(["purge", "backup"], history.TakeLast(2).Select(a => InWords.Of(a.Operation)));
        Assert.Same(history[0], night.Refusals.Find("backup-refused-7-1000"));
    }

    [Fact]
    public void A_refusal_stands_in_the_history_where_it_happened()
    {
        var night = new Scenario();
        var first = night.Request(Operation.Purge);
        night.Now += TimeSpan.FromMinutes(1);
        night.Do(new RequestRun(Operation.Backup, DryRun: false, null));
        night.EndRun(AttemptState.Succeeded);
        night.Now += TimeSpan.FromMinutes(1);
        var last = night.Request(Operation.Backup);

        Assert.Equal([last.AttemptId, "backup-refused-7-1", first.AttemptId], night.Refusals.AmongAttempts(night.State).Select(a => a.Id));
    }

    [Fact]
    public void What_an_earlier_version_journaled_of_refused_requests_is_folded_and_bounded_as_before()
    {
        var state = DatabaseState.Initial;
        for (var i = 0; i < 1000; i++)
        {
            state = DatabaseFold.Apply(state, new AttemptBlocked(T.AddSeconds(i), Operation.Backup, Trigger.OnDemand, "held", null, null, RequestKey: null));
        }

        Assert.Equal(DatabaseState.KeptRefusals, state.Attempts.Count);
    }
}
