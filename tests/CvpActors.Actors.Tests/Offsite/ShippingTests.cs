using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Tests.Offsite;

/// <summary>What the coordinator has an agent ship, over restarts and lost messages, in virtual time.</summary>
public sealed class ShippingTests : VirtualTimeSpec
{
    private const string Node = "reporting-1";
    private static readonly DatabaseDefinition ToOne = Definitions.OnDemand with { Offsite = new OffsiteDefinition(["hq"], TimeSpan.FromHours(26)) };
    private static readonly DatabaseDefinition ToTwo = Definitions.OnDemand with { Offsite = new OffsiteDefinition(["hq", "dr"], TimeSpan.FromHours(26)) };

    private readonly Queue<StartShipment> _orders = [];
    private readonly FakeChannel _channel;
    private TestProbe _agent;
    private IActorRef _coordinator;

    public ShippingTests()
    {
        _channel = new FakeChannel("log", Time);
        _agent = CreateTestProbe();
        _coordinator = Start();
    }

    [Fact]
    public async Task Every_remote_gets_its_order_as_soon_as_there_is_an_old_file()
    {
        await SayHelloAsync(ToTwo);
        await ShownAsync("hq", s => s.State == ShipmentStateView.Pending && s.Generation is null);

        await SayHelloAsync(ToTwo, old: 7);
        var orders = new[] { await OrderAsync(), await OrderAsync() };
        Assert.Equal([("dr", 7L), ("hq", 7L)], orders.Select(o => (o.Remote, o.Generation)).Order());
        Assert.All(orders, o => Assert.Equal(Sha256(7), o.Sha256));
    }

    [Fact]
    public async Task A_database_without_remotes_has_no_shipments()
    {
        await SayHelloAsync(Definitions.OnDemand, old: 7);

        Assert.Null((await ViewAsync()).Shipments);
        Assert.IsType<NothingToShip>(await CommandAsync(new RequestShipments(null, null)));
        Assert.False(_agent.HasMessages);
    }

    [Fact]
    public async Task Progress_is_shown_and_a_verified_generation_is_what_the_remote_has()
    {
        await SayHelloAsync(ToOne, old: 7);
        await OrderAsync();
        Report(7, ShipmentPhase.Running, sent: 40);
        var running = await ShownAsync("hq", s => s.BytesSent == 40);
        Assert.Equal((ShipmentStateView.Running, 60, 1000, 2), (running.State, running.BytesSaved, running.BytesPerSecond, running.SecondsLeft));
        Assert.Equal(Midnight, running.WantedSince);

        Report(7, ShipmentPhase.Verified, sent: 45);
        var verified = await ShownAsync("hq", s => s.State == ShipmentStateView.Verified);
        Assert.Equal((7, 45, 55, Midnight, null), (verified.Generation, verified.BytesSent, verified.BytesSaved, verified.VerifiedAt, verified.WantedSince));
    }

    [Fact]
    public async Task What_failed_is_ordered_again_after_its_backoff()
    {
        await SayHelloAsync(ToOne, old: 7);
        await OrderAsync();
        Report(7, ShipmentPhase.Failed, error: "the remote's disk is full");
        var failed = await ShownAsync("hq", s => s.State == ShipmentStateView.Failed);
        Assert.Equal(("the remote's disk is full", Midnight.AddSeconds(10)), (failed.Error, failed.NextAttemptAt));

        Scheduler.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(7, (await OrderAsync()).Generation);
    }

    [Fact]
    public async Task An_order_that_nothing_is_heard_of_for_a_minute_is_given_again_and_one_that_is_reported_on_is_not()
    {
        await SayHelloAsync(ToOne, old: 7);
        await OrderAsync();
        for (var seconds = 0; seconds < 100; seconds += 20)
        {
            await AdvanceAsync(TimeSpan.FromSeconds(20));
            Report(7, ShipmentPhase.Running, sent: seconds + 1);
            await ShownAsync("hq", s => s.BytesSent == seconds + 1);
        }

        await NoOrderAsync();
        for (var seconds = 0; seconds < 80; seconds += 20)
        {
            await AdvanceAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(7, (await OrderAsync()).Generation);
    }

    [Fact]
    public async Task A_coordinator_that_begins_anew_orders_what_was_on_its_way_and_not_what_was_verified()
    {
        await SayHelloAsync(ToTwo, old: 7);
        await OrderAsync();
        await OrderAsync();
        Report(7, ShipmentPhase.Verified, sent: 45);
        await ShownAsync("hq", s => s.State == ShipmentStateView.Verified);

        await RestartAsync();
        await SayHelloAsync(ToTwo, old: 7);
        var order = await OrderAsync();
        Assert.Equal(("dr", 7, await EpochAsync()), (order.Remote, order.Generation, order.Epoch));
        await NoOrderAsync();
        Assert.Equal(45, (await ShownAsync("hq", _ => true)).BytesSent);
    }

    [Fact]
    public async Task Another_agent_gets_the_order_of_what_is_on_its_way()
    {
        await SayHelloAsync(ToOne, old: 7);
        await OrderAsync();
        Sys.Stop(_agent.Ref);
        await ShownAsync("hq", s => s.State == ShipmentStateView.Pending);

        _agent = CreateTestProbe();
        await SayHelloAsync(ToOne, old: 8);
        Assert.Equal(7, (await OrderAsync()).Generation);
    }

    [Fact]
    public async Task A_remote_without_success_is_alerted_once_also_over_a_restart_and_cleared_by_the_next_verification()
    {
        await SayHelloAsync(ToOne);
        await ShownAsync("hq", _ => true);
        Scheduler.Advance(TimeSpan.FromHours(26));
        var raised = await DeliveredAsync(AlertPhase.Raised);
        Assert.Equal((AlertCodes.ShipmentOverdue, Definitions.Database), (raised.Code, raised.Database));

        await RestartAsync();
        await SayHelloAsync(ToOne, old: 7);
        await OrderAsync();
        Assert.Contains((await ViewAsync()).Alerts, a => a.Code == AlertCodes.ShipmentOverdue && a.ClearedAt is null);
        Report(7, ShipmentPhase.Verified, sent: 45);
        Assert.Equal(raised.AlertId, (await DeliveredAsync(AlertPhase.Cleared)).AlertId);
        Assert.Equal(2, _channel.Delivered.Count);
    }

    [Fact]
    public async Task The_alert_of_a_remote_that_leaves_the_configuration_is_cleared_also_when_the_coordinator_ends_just_then()
    {
        await SayHelloAsync(ToTwo, old: 7);
        await OrderAsync();
        await OrderAsync();
        Scheduler.Advance(TimeSpan.FromHours(26));
        await AwaitAssertAsync(() => Assert.Equal(2, _channel.Delivered.Count(n => n.Phase == AlertPhase.Raised)), Bound);

        await EndIncarnationAsync($"shipment-{Definitions.Database}@dr", () => SayHelloAsync(ToOne, old: 7));
        var cleared = await DeliveredAsync(AlertPhase.Cleared);
        Assert.StartsWith("shipment-dr-", cleared.AlertId, StringComparison.Ordinal);
        Assert.Equal(["hq"], (await ViewAsync()).Shipments!.Select(s => s.Remote));
    }

    [Fact]
    public async Task A_request_says_for_each_remote_what_becomes_of_it_and_has_one_answer_for_one_key()
    {
        await SayHelloAsync(ToTwo);
        Assert.IsType<NothingToShip>(await CommandAsync(new RequestShipments(null, "key-0")));

        await SayHelloAsync(ToTwo, old: 7);
        await OrderAsync();
        await OrderAsync();
        Report(7, ShipmentPhase.Verified, sent: 45);
        await ShownAsync("hq", s => s.State == ShipmentStateView.Verified);
        var asked = Assert.IsType<ShipmentsRequested>(await CommandAsync(new RequestShipments(null, "key-1")));
        Assert.Equal([("dr", RequestOutcome.Running), ("hq", RequestOutcome.Again)], asked.Shipments.Select(s => (s.Remote, s.Outcome)).Order());
        Assert.Equal("hq", (await OrderAsync()).Remote);

        await RestartAsync();
        var again = Assert.IsType<ShipmentsRequested>(await CommandAsync(new RequestShipments(null, "key-1")));
        Assert.Equal(asked.Shipments.AsEnumerable(), again.Shipments.AsEnumerable());
    }

    [Fact]
    public async Task An_unknown_remote_is_refused_with_the_names_that_there_are()
    {
        await SayHelloAsync(ToTwo, old: 7);

        var refused = Assert.IsType<NotThere>(await CommandAsync(new RequestShipments("paris", null)));
        Assert.Equal("reporting is not shipped to a remote \"paris\"; allowed: hq, dr", refused.Reason);
        Assert.Equal("hq", Assert.Single(Assert.IsType<ShipmentsRequested>(await CommandAsync(new RequestShipments("hq", null))).Shipments).Remote);
    }

    [Fact]
    public async Task A_shipment_that_cannot_be_recorded_ends_the_incarnation_and_the_next_one_orders_it()
    {
        await SayHelloAsync(ToOne);
        await ShownAsync("hq", _ => true);
        await EndIncarnationAsync($"shipment-{Definitions.Database}@hq", () => SayHelloAsync(ToOne, old: 7));
        await SayHelloAsync(ToOne, old: 7);
        Assert.Equal(await EpochAsync(), (await OrderAsync()).Epoch);
    }

    private static string Sha256(long generation) => $"{generation:x64}";

    private IActorRef Start() =>
        Sys.ActorOf(MaintenanceCoordinator.SupervisedProps([_channel], new CoordinatorSettings("coordinator-1"), Time));

    private async Task RestartAsync()
    {
        Watch(_coordinator);
        _coordinator.Tell(StopForGood.Instance);
        await ExpectTerminatedAsync(_coordinator);
        _agent = CreateTestProbe();
        _coordinator = Start();
    }

    private async Task<long> EpochAsync() => (await _coordinator.Ask<EpochView>(new GetEpoch(), TimeSpan.FromMilliseconds(500))).Epoch;

    /// <summary>The write of <paramref name="persistenceId"/> that <paramref name="act"/> sets off fails; returns when the next incarnation answers.</summary>
    private async Task EndIncarnationAsync(string persistenceId, Func<Task> act)
    {
        var incarnation = await Sys.ActorSelection(_coordinator.Path / "coordinator").ResolveOne(Bound);
        Watch(incarnation);
        JournalSwitch.Of(Sys).FailWritesOf(persistenceId);
        await act();
        await ExpectTerminatedAsync(incarnation);
        await AwaitAssertAsync(
            async () =>
            {
                Scheduler.Advance(TimeSpan.FromSeconds(2));
                await EpochAsync();
            },
            Bound);
    }

    private async Task SayHelloAsync(DatabaseDefinition definition, long? old = null)
    {
        BackupFile[] files = old is { } generation
            ? [new BackupFile(BackupNames.Old, new BackupManifest(Definitions.Database, "fake", generation, 100, Sha256(generation), Midnight, Midnight))]
            : [];
        _coordinator.Tell(new AgentHello(definition, Node, 0, null, [], [.. files]), _agent);
        await FishAsync<HelloAccepted>();
    }

    /// <summary>Time goes by while the agent goes on saying hello.</summary>
    private async Task AdvanceAsync(TimeSpan time)
    {
        Scheduler.Advance(time);
        await SayHelloAsync(ToOne, old: 7);
    }

    private void Report(long generation, ShipmentPhase phase, long sent = 0, string? error = null, string remote = "hq") => _coordinator.Tell(
        new ShipmentReported(
            Definitions.Database, remote, generation, Sha256(generation), phase, 100, sent, 100 - sent, 1000, TimeSpan.FromSeconds(2),
            phase == ShipmentPhase.Verified ? Midnight : null, error),
        _agent);

    private async Task<StartShipment> OrderAsync()
    {
        if (_orders.Count == 0)
        {
            await FishAsync<StartShipment>();
        }

        return _orders.Dequeue();
    }

    /// <summary>Waits for a message; orders that come before it are kept.</summary>
    private Task<object> FishAsync<T>() => _agent.FishForMessageAsync(
        m =>
        {
            if (m is StartShipment order)
            {
                _orders.Enqueue(order);
            }

            return m is T;
        },
        Bound).AsTask();

    /// <summary>All that was set off has come to rest, and no order among it.</summary>
    private async Task NoOrderAsync()
    {
        await ViewAsync();
        while (_agent.HasMessages)
        {
            Assert.IsNotType<StartShipment>(_agent.ReceiveOne(TimeSpan.Zero));
        }

        Assert.Empty(_orders);
    }

    private Task<AlertNotification> DeliveredAsync(AlertPhase phase) =>
        AssertSoonAsync(() => Task.FromResult(Assert.Single(_channel.Delivered, n => n.Code == AlertCodes.ShipmentOverdue && n.Phase == phase)));

    private Task<ShipmentView> ShownAsync(string remote, Predicate<ShipmentView> isSo) =>
        AssertSoonAsync(async () => Assert.Single((await ViewAsync()).Shipments ?? [], s => s.Remote == remote && isSo(s)));

    private Task<DatabaseView> ViewAsync() => _coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), TimeSpan.FromSeconds(2));

    private async Task<DatabaseReply> CommandAsync(DatabaseCommand command) =>
        (await _coordinator.Ask<DatabaseAnswer>(new DatabaseRequest(Definitions.Database, command), Bound)).Reply;

    private async Task<T> AssertSoonAsync<T>(Func<Task<T>> assertion)
    {
        T result = default!;
        await AwaitAssertAsync(async () => result = await assertion(), Bound);
        return result;
    }
}
