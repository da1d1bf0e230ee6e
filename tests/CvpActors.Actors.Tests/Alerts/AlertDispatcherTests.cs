using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Alerts;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Tests.Alerts;

/// <summary>Delivery of alerts in virtual time.</summary>
public sealed class AlertDispatcherTests : VirtualTimeSpec
{
    private readonly FakeChannel _log;
    private readonly FakeChannel _pager;
    private readonly TestProbe _coordinator;

    public AlertDispatcherTests()
    {
        (_log, _pager) = (new FakeChannel("log", Time), new FakeChannel("pager", Time));
        _coordinator = CreateTestProbe();
    }

    [Fact]
    public async Task A_notification_is_taken_over_once_and_reaches_every_receiver_once_however_often_it_is_handed_over()
    {
        var dispatcher = Start();
        for (var copy = 0; copy < 5; copy++)
        {
            await HandOverAsync(dispatcher, "a");
        }

        await ReceivedAsync(_log, "a");
        await ReceivedAsync(_pager, "a");
        Assert.Equal(2, Assert.Single((await AlertsAsync(dispatcher)).Alerts).Deliveries.Count);
    }

    [Fact]
    public async Task A_failed_delivery_is_tried_again_after_waits_that_double_up_to_5_minutes()
    {
        _pager.IsDown = true;
        var dispatcher = Start();
        await HandOverAsync(dispatcher, "a");
        int[] waits = [2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
        for (var failed = 1; failed <= waits.Length; failed++)
        {
            await FailedTimesAsync(dispatcher, failed);
            Scheduler.Advance(TimeSpan.FromSeconds(waits[failed - 1] - 1));
            await FailedTimesAsync(dispatcher, failed);
            Assert.Equal(failed, _pager.Tries.Count);
            Scheduler.Advance(TimeSpan.FromSeconds(1));
        }

        await FailedTimesAsync(dispatcher, waits.Length + 1);
        Assert.Equal(waits, _pager.Tries.Zip(_pager.Tries.Skip(1), (a, b) => (int)(b - a).TotalSeconds));

        _pager.IsDown = false;
        Scheduler.Advance(TimeSpan.FromMinutes(5));
        await ReceivedAsync(_pager, "a");
    }

    [Fact]
    public async Task A_receiver_that_is_down_delays_no_other_and_gives_no_other_a_second_copy()
    {
        _pager.IsDown = true;
        var dispatcher = Start();
        await HandOverAsync(dispatcher, "a");
        await HandOverAsync(dispatcher, "b");
        await ReceivedAsync(_log, "a", "b");
        for (var failed = 1; failed <= 5; failed++)
        {
            await FailedTimesAsync(dispatcher, failed);
            Scheduler.Advance(TimeSpan.FromMinutes(5));
        }

        await FailedTimesAsync(dispatcher, 6);
        Assert.Equal(["a", "b"], _log.Received);
        Assert.Empty(_pager.Received);
    }

    [Fact]
    public async Task Each_receiver_gets_its_notifications_in_the_order_they_happened_also_after_it_was_down()
    {
        _pager.IsDown = true;
        var dispatcher = Start();
        foreach (var id in new[] { "a", "b", "c" })
        {
            await HandOverAsync(dispatcher, id);
        }

        await FailedTimesAsync(dispatcher, 1);
        _pager.IsDown = false;
        Scheduler.Advance(TimeSpan.FromSeconds(2));
        await ReceivedAsync(_pager, "a", "b", "c");
        await ReceivedAsync(_log, "a", "b", "c");
    }

    [Fact]
    public async Task An_undelivered_notification_survives_a_restart_and_the_receivers_that_have_it_get_no_second_copy()
    {
        _pager.IsDown = true;
        var dispatcher = Start();
        await HandOverAsync(dispatcher, "a");
        await ReceivedAsync(_log, "a");
        await DeliveredAsync(dispatcher, "log");
        await dispatcher.GracefulStop(Bound, PoisonPill.Instance);

        _pager.IsDown = false;
        dispatcher = Start();
        await ReceivedAsync(_pager, "a");
        await DeliveredAsync(dispatcher, "pager");
        await HandOverAsync(dispatcher, "a");
        Assert.Equal(["a"], _log.Received);
        Assert.Equal(["a"], _pager.Received);
    }

    [Fact]
    public async Task A_channel_that_throws_outright_is_tried_again_like_one_that_fails()
    {
        _pager.ThrowsOutright = true;
        var dispatcher = Start();
        await HandOverAsync(dispatcher, "a");
        await FailedTimesAsync(dispatcher, 1);
        Assert.Single(_pager.Tries);
        await ReceivedAsync(_log, "a");

        _pager.ThrowsOutright = false;
        Scheduler.Advance(TimeSpan.FromSeconds(2));
        await ReceivedAsync(_pager, "a");
    }

    [Fact]
    public async Task A_receiver_that_was_added_later_gets_only_what_happens_from_then_on()
    {
        var dispatcher = Sys.ActorOf(AlertDispatcher.Props([_log], TestActor, Time));
        await HandOverAsync(dispatcher, "a");
        await ReceivedAsync(_log, "a");
        await DeliveredAsync(dispatcher, "log");
        await dispatcher.GracefulStop(Bound, PoisonPill.Instance);

        dispatcher = Start();
        await HandOverAsync(dispatcher, "b");
        await ReceivedAsync(_pager, "b");
        await ReceivedAsync(_log, "a", "b");
    }

    [Fact]
    public async Task A_receiver_that_fails_on_one_databases_alert_gets_those_of_others_at_once_and_its_own_in_order()
    {
        _pager.FailsOn["poison"] = true;
        var dispatcher = Start();
        await HandOverAsync(dispatcher, "p1", "poison");
        await FailedTimesAsync(dispatcher, 1);
        await HandOverAsync(dispatcher, "p2", "poison");
        await HandOverAsync(dispatcher, "a");

        await ReceivedAsync(_pager, "a");
        Assert.DoesNotContain("p2", _pager.Tried);

        _pager.FailsOn.Clear();
        Scheduler.Advance(TimeSpan.FromMinutes(5));
        await ReceivedAsync(_pager, "a", "p1", "p2");
    }

    [Fact]
    public async Task What_is_refused_for_good_is_tried_once_shown_as_refused_and_passed_by()
    {
        _pager.Refuses["unknown-here"] = true;
        var dispatcher = Start();
        await HandOverAsync(dispatcher, "r1", "unknown-here");
        await HandOverAsync(dispatcher, "a");
        await ReceivedAsync(_pager, "a");

        await AwaitAssertAsync(async () =>
        {
            var refused = (await AlertsAsync(dispatcher)).Alerts.Single(alert => alert.Database == "unknown-here").Deliveries.Single(d => d.Receiver == "pager");
            Assert.Equal((true, "answered 400", (DateTimeOffset?)null), (refused.Refused, refused.LastError, refused.DeliveredAt));
        }, Bound);
        await dispatcher.GracefulStop(Bound, PoisonPill.Instance);
        dispatcher = Start();
        await HandOverAsync(dispatcher, "b");
        await ReceivedAsync(_pager, "a", "b");
        Assert.Single(_pager.Tried, "r1");
    }

    [Fact]
    public async Task A_second_copy_has_the_id_of_the_first_whatever_else_waits()
    {
        var pager = new FakeChannel("pager", Time) { Burst = new BurstLimit(1, TimeSpan.FromMinutes(1)), IsDown = true };
        var dispatcher = Sys.ActorOf(AlertDispatcher.Props([pager], TestActor, Time));
        await HandOverAsync(dispatcher, "a");
        await FailedTimesAsync(dispatcher, 1);
        for (var i = 0; i < 5; i++)
        {
            await HandOverAsync(dispatcher, $"b{i}", $"other-{i}");
        }

        await AwaitAssertAsync(() => Assert.Contains(pager.Tried, id => id.StartsWith("summary/", StringComparison.Ordinal) || id == "b0"), Bound);
        pager.IsDown = false;

        // What came too late for the summary that was tried waits for the next minute's.
        await AwaitAssertAsync(
            async () =>
            {
                Scheduler.Advance(TimeSpan.FromMinutes(5));
                Assert.All((await AlertsAsync(dispatcher)).Alerts, alert => Assert.All(alert.Deliveries, d => Assert.NotNull(d.DeliveredAt)));
            },
            Bound);

        Assert.Contains("a", pager.Received);
        Assert.All(pager.Received, id => Assert.Contains(id, pager.Tried.Take(pager.Tried.Count - 1)));
    }

    [Fact]
    public async Task A_summary_is_cleared_when_all_that_it_told_is_over_and_a_clear_is_told_as_its_raise_was()
    {
        var pager = new FakeChannel("pager", Time) { Burst = new BurstLimit(1, TimeSpan.FromMinutes(1)) };
        var dispatcher = Sys.ActorOf(AlertDispatcher.Props([pager], TestActor, Time));
        await HandOverAsync(dispatcher, "db0/alert-0/raised", "db0");
        await AwaitAssertAsync(async () => Assert.All((await AlertsAsync(dispatcher)).Alerts, alert => Assert.All(alert.Deliveries, d => Assert.NotNull(d.DeliveredAt))), Bound);
        await HandOverAsync(dispatcher, "db1/alert-1/raised", "db1");
        await HandOverAsync(dispatcher, "db2/alert-2/raised", "db2");
        await AlertsAsync(dispatcher);
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        await AwaitAssertAsync(() => Assert.Equal("summary/db1/alert-1/raised/2", pager.Received[^1]), Bound);
        var summary = pager.Delivered[^1];

        // What was told alone is over alone, though the limit is reached.
        await HandOverAsync(dispatcher, "db0/alert-0/cleared", "db0", AlertPhase.Cleared);
        await AwaitAssertAsync(() => Assert.Equal("db0/alert-0/cleared", pager.Received[^1]), Bound);

        await HandOverAsync(dispatcher, "db1/alert-1/cleared", "db1", AlertPhase.Cleared);
        Assert.DoesNotContain(pager.Delivered, n => n.Code == AlertCodes.Summary && n.Phase == AlertPhase.Cleared);
        await HandOverAsync(dispatcher, "db2/alert-2/cleared", "db2", AlertPhase.Cleared);
        await AwaitAssertAsync(() => Assert.Contains(pager.Delivered, n => n is { Code: AlertCodes.Summary, Phase: AlertPhase.Cleared } && n.AlertId == summary.AlertId), Bound);
        Assert.DoesNotContain((await AlertsAsync(dispatcher)).Alerts, alert => alert.Code == AlertCodes.Summary);
    }

    [Fact]
    public async Task A_test_is_told_and_told_to_be_over()
    {
        var dispatcher = Start();

        var result = await dispatcher.Ask<AlertTestResult>(new TestAlerts("key"), Bound);

        Assert.All(result.Receivers, receiver => Assert.True(receiver.Delivered));
        Assert.Equal([AlertPhase.Raised, AlertPhase.Cleared], _pager.Delivered.Select(n => n.Phase));
        Assert.Single(_pager.Delivered.Select(n => n.AlertId).Distinct());
        Assert.Equal(2, _pager.Received.Distinct().Count());
    }

    [Fact]
    public async Task What_receivers_have_not_got_of_a_retired_database_is_dropped_and_what_they_have_is_told_to_be_over()
    {
        _pager.IsDown = true;
        var dispatcher = Start();
        await HandOverAsync(dispatcher, "gone/alert-1/raised", "gone");
        await HandOverAsync(dispatcher, "kept/alert-1/raised", "kept");
        await ReceivedAsync(_log, "gone/alert-1/raised", "kept/alert-1/raised");
        await FailedTimesAsync(dispatcher, 1);
        await HandOverAsync(dispatcher, "gone/alert-1/cleared", "gone", AlertPhase.Cleared);
        await DeliveredAsync(dispatcher, "log");

        dispatcher.Tell(new DropDeliveries("gone"));
        await AlertsAsync(dispatcher);
        _pager.IsDown = false;
        Scheduler.Advance(TimeSpan.FromMinutes(5));

        await ReceivedAsync(_pager, "kept/alert-1/raised");
        await ReceivedAsync(_log, "gone/alert-1/raised", "kept/alert-1/raised", "gone/alert-1/cleared");
    }

    private IActorRef Start() => Sys.ActorOf(AlertDispatcher.Props([_log, _pager], TestActor, Time));

    private async Task HandOverAsync(IActorRef dispatcher, string id, string database = Definitions.Database, AlertPhase phase = AlertPhase.Raised)
    {
        var alert = id.Contains('/', StringComparison.Ordinal) ? id.Split('/')[1] : $"alert-{id}";
        dispatcher.Tell(new HandOver(new AlertNotification(id, database, alert, AlertCodes.BackupFailed, phase, Midnight, "text")), _coordinator);
        Assert.Equal(alert, (await _coordinator.ExpectMsgAsync<HandedOver>()).AlertId);
    }

    private static Task<AlertList> AlertsAsync(IActorRef dispatcher) => dispatcher.Ask<AlertList>(new GetAlerts(), Bound);

    private Task ReceivedAsync(FakeChannel channel, params string[] ids) =>
        AwaitAssertAsync(() => Assert.Equal(ids, channel.Received), Bound);

    /// <summary>Waits until the dispatcher has noted that many failures in a row at the pager, and armed its timer.</summary>
    private Task FailedTimesAsync(IActorRef dispatcher, int times) => AwaitAssertAsync(
        async () => Assert.Contains(
            (await AlertsAsync(dispatcher)).Alerts.SelectMany(a => a.Deliveries), d => d.Receiver == "pager" && d.FailedTries == times),
        Bound);

    private Task DeliveredAsync(IActorRef dispatcher, string receiver) => AwaitAssertAsync(
        async () => Assert.Contains(
            (await AlertsAsync(dispatcher)).Alerts.SelectMany(a => a.Deliveries), d => d.Receiver == receiver && d.DeliveredAt is not null),
        Bound);
}
