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

    private IActorRef Start() => Sys.ActorOf(AlertDispatcher.Props([_log, _pager], TestActor, Time));

    private async Task HandOverAsync(IActorRef dispatcher, string id)
    {
        dispatcher.Tell(
            new HandOver(new AlertNotification(id, Definitions.Database, $"alert-{id}", AlertCodes.BackupFailed, AlertPhase.Raised, Midnight, "text")),
            _coordinator);
        Assert.Equal($"alert-{id}", (await _coordinator.ExpectMsgAsync<HandedOver>()).AlertId);
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
