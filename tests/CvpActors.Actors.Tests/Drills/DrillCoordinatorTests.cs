using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Drills;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Drills.Deciding;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Tests.Drills;

/// <summary>What the coordinator of drills has an agent do, over restarts and lost messages, in virtual time.</summary>
public sealed class DrillCoordinatorTests : VirtualTimeSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly DrillOutcome Proof = new(Error: null) { Generation = 7, RestoreTook = TimeSpan.FromSeconds(3), Bytes = 4096, Rows = 20 };

    private readonly TestProbe _database;
    private readonly TestProbe _alerts;
    private TestProbe _agent;
    private IActorRef _drills;

    public DrillCoordinatorTests()
    {
        _database = CreateTestProbe();
        _alerts = CreateTestProbe();
        _agent = CreateTestProbe();
        _drills = Start();
    }

    [Fact]
    public async Task A_drill_is_ordered_until_its_end_is_known_also_after_the_coordinator_was_lost()
    {
        var granted = Assert.IsType<DrillGranted>(await AskAsync());
        var order = await OrderAsync();
        Assert.Equal((granted.AttemptId, "old", 3L), (order.AttemptId, order.Source, order.Epoch));

        // An agent that is silent for a minute has lost it.
        Scheduler.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(order, await OrderAsync());

        await _drills.GracefulStop(Patience, PoisonPill.Instance);
        _drills = Start();
        Assert.Equal(order, await OrderAsync());

        // Another agent, or the same after it was away, may know nothing of it.
        _agent = CreateTestProbe();
        _drills.Tell(Situation);
        Assert.Equal(order, await OrderAsync());

        _drills.Tell(new DrillReported("reporting", order.AttemptId, Proof));
        var shown = await ShownAsync(s => s.Proven is not null);
        Assert.Equal((7L, 3.0, 20L), (shown.Proven!.Generation, shown.Proven.RestoreSeconds, shown.Proven.Rows!.Value));
        Assert.Null(shown.View!.UnderWay);
        Scheduler.Advance(TimeSpan.FromMinutes(5));
        await _agent.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task One_that_is_reported_on_is_not_ordered_again()
    {
        await AskAsync();
        var order = await OrderAsync();
        for (var seconds = 0; seconds < 200; seconds += 20)
        {
            Scheduler.Advance(TimeSpan.FromSeconds(20));
            _drills.Tell(new DrillReported("reporting", order.AttemptId));
            Assert.IsType<NotPossible>(await AskAsync());
        }

        await _agent.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task An_alert_is_handed_over_until_it_is_taken_over_and_is_there_after_a_restart()
    {
        await AskAsync();
        var order = await OrderAsync();
        _drills.Tell(new DrillReported("reporting", order.AttemptId, new DrillOutcome("it is damaged")));

        var told = (await _alerts.ExpectMsgAsync<HandOver>(Patience)).Notification;
        Assert.Equal((AlertCodes.DrillFailed, AlertPhase.Raised), (told.Code, told.Phase));
        Scheduler.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(told.Id, (await _alerts.ExpectMsgAsync<HandOver>(Patience)).Notification.Id);
        _drills.Tell(new HandedOver(told.AlertId, told.Phase));
        await ShownAsync(s => s.Alerts.Count == 1);

        await _drills.GracefulStop(Patience, PoisonPill.Instance);
        _drills = Start();
        var shown = await ShownAsync(s => s.Alerts.Count == 1);
        Assert.Equal("it is damaged", shown.View!.Last!.Error);
    }

    private DrillSituation Situation => new(
        new DrillPolicy("reporting", "old", Schedule: null, ExpectedWithin: null), AgentPresence.On("reporting-1"), _agent.Ref, IsPaused: false);

    private IActorRef Start() => Sys.ActorOf(DrillCoordinator.SupervisedProps("reporting", () => Situation, new DrillPeers(3, _database.Ref, CreateTestProbe().Ref, _alerts.Ref), Time));

    private async Task<DatabaseReply> AskAsync()
    {
        var from = CreateTestProbe();
        _drills.Tell(new DrillWanted(null, from.Ref));
        return (await from.ExpectMsgAsync<DatabaseAnswer>(Patience)).Reply;
    }

    private async Task<StartDrill> OrderAsync() => await _agent.ExpectMsgAsync<StartDrill>(Patience);

    private async Task<DrillShown> ShownAsync(Predicate<DrillShown> wanted) => (DrillShown)await _database.FishForMessageAsync(message => message is DrillShown shown && wanted(shown), Patience);
}
