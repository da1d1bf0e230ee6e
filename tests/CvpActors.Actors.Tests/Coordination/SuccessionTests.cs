using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Ports;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>Two coordinators on one journal: one was frozen, and wakes.</summary>
public sealed class SuccessionTests : VirtualTimeSpec
{
    private readonly TestProbe _agent;
    private int _superseded;

    public SuccessionTests() => _agent = CreateTestProbe();

    [Fact]
    public async Task One_that_finds_its_place_taken_begins_no_epoch_and_stays_away()
    {
        var frozen = Start("site-a");
        await SayHelloAsync(frozen);
        var other = Start("site-b");
        var epoch = await SayHelloAsync(other);

        Watch(frozen);
        JournalSwitch.Of(Sys).FailWritesOf($"database-{Definitions.Database}");
        frozen.Tell(new DatabaseRequest(Definitions.Database, new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)));
        await AdvanceUntilAsync(() => _superseded == 1);
        await ExpectTerminatedAsync(frozen);

        Assert.Equal(epoch, (await other.Ask<EpochView>(new GetEpoch(), Bound)).Epoch);
        Assert.Equal(epoch, await SayHelloAsync(other));
        Assert.Equal(1, _superseded);
    }

    [Fact]
    public async Task Signs_of_life_of_a_later_epoch_end_a_coordinator_for_good()
    {
        var pulse = new PulseOfAnother();
        var frozen = Start("site-a", pulse);
        await SayHelloAsync(frozen);
        Watch(frozen);
        pulse.IsLater = true;
        await AdvanceUntilAsync(() => _superseded == 1);
        await ExpectTerminatedAsync(frozen);
    }

    [Fact]
    public void An_epoch_of_this_node_is_its_own_even_if_nobody_told_it_that_the_journal_had_taken_it()
    {
        var succession = new Succession("site-a");
        var fresh = CoordinatorState.Initial.Apply(new EpochBegun(Midnight, "site-b"));
        Assert.False(succession.HasPassedOn(fresh));

        var mine = fresh.Apply(new EpochBegun(Midnight, "site-a"));
        succession.Began(mine.Epoch);
        Assert.False(succession.HasPassedOn(mine));
        var unheard = mine.Apply(new EpochBegun(Midnight, "site-a"));
        Assert.False(succession.HasPassedOn(unheard));
        Assert.True(succession.HasPassedOn(unheard.Apply(new EpochBegun(Midnight, "site-b"))));
    }

    private IActorRef Start(string node, ICoordinatorPulse? pulse = null) => Sys.ActorOf(MaintenanceCoordinator.SupervisedProps(
        [], new CoordinatorSettings(node) { Pulse = pulse, Superseded = () => Interlocked.Increment(ref _superseded) }, Time));

    private async Task<long> SayHelloAsync(IActorRef coordinator)
    {
        coordinator.Tell(new AgentHello(Definitions.OnDemand, "reporting-1", 0, null, [], []), _agent);
        return ((HelloAccepted)await _agent.FishForMessageAsync(m => m is HelloAccepted, Bound)).Epoch;
    }

    private Task AdvanceUntilAsync(Func<bool> happened) => AwaitConditionAsync(
        () =>
        {
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(happened());
        },
        Bound);

    private sealed class PulseOfAnother : ICoordinatorPulse
    {
        private volatile bool _isLater;

        public bool IsLater
        {
            set => _isLater = value;
        }

        public Task<bool> BeatAsync(long epoch, string node, CancellationToken cancellation) => Task.FromResult(!_isLater);

        public Task<PulseBeat?> ReadAsync(CancellationToken cancellation) => Task.FromResult<PulseBeat?>(null);
    }
}
