using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>Databases that nobody serves any more, in virtual time.</summary>
public sealed class RetirementTests : VirtualTimeSpec
{
    /// <summary>Less than what a coordinator would take for having been frozen.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    private static readonly DatabaseDefinition Definition = Definitions.OnDemand with
    {
        Backup = new OperationDefinition("5 0 * * *", "UTC", new RetryPolicy(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3))),
    };

    private readonly TestProbe _agent;
    private readonly FakeChannel _pager;

    public RetirementTests()
    {
        _agent = CreateTestProbe();
        _pager = new FakeChannel("pager", Time);
    }

    [Fact]
    public async Task A_database_that_is_retired_is_shown_no_more_its_alert_is_over_and_its_history_is_kept()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator);
        var served = await RetireAsync(coordinator);
        Assert.IsType<NotPossible>(served);
        await GiveUpWithoutAgentAsync(coordinator);

        Assert.IsType<Accepted>(await RetireAsync(coordinator));

        await IsGoneAsync(coordinator);
        await AwaitAssertAsync(() => Assert.Equal([AlertPhase.Raised, AlertPhase.Cleared], _pager.Delivered.Select(n => n.Phase)), Bound);
        Assert.NotEmpty((await coordinator.Ask<AttemptList>(new GetAttempts(Definitions.Database, 50), Bound)).Attempts);
        Assert.IsType<NotThere>(await RetireAsync(coordinator));
    }

    [Fact]
    public async Task An_agent_that_serves_a_retired_database_again_brings_it_back()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator);
        await GiveUpWithoutAgentAsync(coordinator);
        await RetireAsync(coordinator);

        await SayHelloAsync(coordinator);

        await AwaitAssertAsync(async () =>
        {
            var view = await coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), Bound);
            Assert.Equal((AgentView.Connected, true), (view.Agent, view.Backup.NextDueAt > Time.GetUtcNow()));
        }, Bound);
        Assert.Single((await coordinator.Ask<DatabaseList>(new GetDatabases(null, 10), Bound)).Databases);
    }

    [Fact]
    public async Task What_the_only_node_no_longer_has_in_its_configuration_is_retired_when_it_starts()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator);
        await GiveUpWithoutAgentAsync(coordinator);
        await StopAsync(coordinator);

        coordinator = Start(new HashSet<string>(["another"], StringComparer.Ordinal));

        await IsGoneAsync(coordinator);
        await AwaitAssertAsync(() => Assert.Equal([AlertPhase.Raised, AlertPhase.Cleared], _pager.Delivered.Select(n => n.Phase)), Bound);
    }

    private IActorRef Start(IReadOnlySet<string>? only = null) =>
        Sys.ActorOf(MaintenanceCoordinator.SupervisedProps([_pager], new CoordinatorSettings("coordinator-1") { OnlyDatabases = only }, Time));

    private async Task SayHelloAsync(IActorRef coordinator)
    {
        coordinator.Tell(new AgentHello(Definition, "reporting-1", 0, null, [], []), _agent);
        await _agent.FishForMessageAsync(message => message is HelloAccepted, Bound);
    }

    /// <summary>The agent falls silent, the night's backup is missed, and an alert is raised.</summary>
    private async Task GiveUpWithoutAgentAsync(IActorRef coordinator)
    {
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(12); passed += Step)
        {
            await coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), Bound);
            Scheduler.Advance(Step);
        }

        await AwaitAssertAsync(() => Assert.NotEmpty(_pager.Delivered), Bound);
    }

    private static async Task<DatabaseReply> RetireAsync(IActorRef coordinator) =>
        (await coordinator.Ask<DatabaseAnswer>(new DatabaseRequest(Definitions.Database, new RetireDatabase("sold")), Bound)).Reply;

    private Task IsGoneAsync(IActorRef coordinator) => AwaitAssertAsync(async () =>
    {
        var answer = await coordinator.Ask<object>(new GetDatabase(Definitions.Database), Bound);
        Assert.Contains("was retired", Assert.IsType<NotThere>(Assert.IsType<DatabaseAnswer>(answer).Reply).Reason, StringComparison.Ordinal);
        Assert.Empty((await coordinator.Ask<DatabaseList>(new GetDatabases(null, 10), Bound)).Databases);
    }, Bound);

    private async Task StopAsync(IActorRef coordinator)
    {
        Watch(coordinator);
        coordinator.Tell(StopForGood.Instance);
        await ExpectTerminatedAsync(coordinator);
    }
}
