using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Agents;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain.Agents;

namespace CvpActors.Actors.Tests.Agents;

/// <summary>What an agent does with orders to ship.</summary>
public sealed class ShipmentOrderTests : VirtualTimeSpec
{
    private static readonly StartShipment Order = new(3, "hq", 7, new string('a', 64));
    private readonly FakeDatabase _database = new();
    private readonly TestProbe _coordinator;
    private readonly TestProbe _copier;

    public ShipmentOrderTests()
    {
        _coordinator = CreateTestProbe();
        _copier = CreateTestProbe();
    }

    [Fact]
    public async Task A_node_that_cannot_ship_says_so()
    {
        var agent = await StartAsync(copier: null);
        agent.Tell(Order, _coordinator);

        var report = (ShipmentReported)await _coordinator.FishForMessageAsync(m => m is ShipmentReported, Bound);
        Assert.Equal((ShipmentPhase.Failed, "hq", 7, Order.Sha256), (report.Phase, report.Remote, report.Generation, report.Sha256));
        Assert.Contains("reporting-1 cannot ship", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_order_reaches_the_one_copier_of_the_database_also_when_that_had_stopped()
    {
        var started = new List<string>();
        var agent = await StartAsync(database =>
        {
            started.Add(database.Id);
            return Props.Create(() => new Relay(_copier.Ref));
        });
        agent.Tell(Order, _coordinator);
        agent.Tell(Order with { Remote = "dr" }, _coordinator);
        Assert.Equal("hq", (await _copier.ExpectMsgAsync<StartShipment>()).Remote);
        Assert.Equal("dr", (await _copier.ExpectMsgAsync<StartShipment>()).Remote);
        Assert.Equal([Definitions.Database], started);

        Watch(_copier.LastSender);
        _copier.LastSender.Tell(PoisonPill.Instance);
        await ExpectTerminatedAsync(_copier.LastSender);
        await AwaitAssertAsync(async () =>
        {
            agent.Tell(Order, _coordinator);
            await _copier.ExpectMsgAsync<StartShipment>(TimeSpan.FromMilliseconds(300));
        }, Bound);
        Assert.Equal(2, started.Count);
    }

    [Fact]
    public async Task An_order_of_a_lower_epoch_ships_nothing()
    {
        var agent = await StartAsync(_ => Props.Create(() => new Relay(_copier.Ref)));
        agent.Tell(new HelloAccepted(4), _coordinator);
        agent.Tell(Order, _coordinator);
        agent.Tell(Order with { Epoch = 4, Generation = 8 }, _coordinator);

        Assert.Equal(8, (await _copier.ExpectMsgAsync<StartShipment>()).Generation);
    }

    private async Task<IActorRef> StartAsync(Func<MaintainedDatabase, Props>? copier)
    {
        var settings = new AgentSettings("reporting-1") { Copier = copier };
        var agent = Sys.ActorOf(DatabaseAgent.Props(_database.Maintained, _coordinator, settings, Time));
        await _coordinator.FishForMessageAsync(m => m is AgentHello, Bound);
        return agent;
    }

    private sealed class Relay : ReceiveActor
    {
        public Relay(IActorRef to) => Receive<StartShipment>(order => to.Tell(order, Self));
    }
}
