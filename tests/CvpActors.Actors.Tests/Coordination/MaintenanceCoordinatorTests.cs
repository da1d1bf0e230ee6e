using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>The coordinator of all databases, its registry and its supervisor, in virtual time.</summary>
public sealed class MaintenanceCoordinatorTests : VirtualTimeSpec
{
    private readonly TestProbe _agent;

    public MaintenanceCoordinatorTests() => _agent = CreateTestProbe();

    [Fact]
    public async Task Every_incarnation_begins_a_higher_epoch()
    {
        var epochs = new List<long>();
        for (var life = 0; life < 4; life++)
        {
            var coordinator = Start();
            await SayHelloAsync(coordinator, Definitions.OnDemand);
            epochs.Add((await coordinator.Ask<EpochView>(new GetEpoch(), Bound)).Epoch);
            await StopAsync(coordinator);
        }

        Assert.Equal(epochs.Distinct().Order(), epochs);
    }

    [Fact]
    public async Task A_message_about_an_unknown_database_is_answered_with_the_known_ones()
    {
        var coordinator = Start();
        Assert.Empty((await coordinator.Ask<UnknownDatabase>(new GetDatabase("billing"), Bound)).Known);
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        var answer = await coordinator.Ask<UnknownDatabase>(new DatabaseRequest("billing", new ResumeSchedules()), Bound);
        Assert.Equal(("billing", Definitions.Database), (answer.Database, Assert.Single(answer.Known)));
    }

    [Fact]
    public async Task A_hello_registers_its_database_for_good_and_reaches_that_databases_coordinator()
    {
        var coordinator = Start();
        var epoch = await SayHelloAsync(coordinator, Definitions.Scheduled(backup: "0 2 * * *"));
        Assert.Equal((await coordinator.Ask<EpochView>(new GetEpoch(), Bound)).Epoch, epoch);
        var view = await ViewAsync(coordinator);
        Assert.Equal((AgentView.Connected, Midnight.AddHours(2)), (view.Agent, view.Backup.NextDueAt));

        await StopAsync(coordinator);
        coordinator = Start();
        Assert.Equal(Midnight.AddHours(2), (await ViewAsync(coordinator)).Backup.NextDueAt);
    }

    [Fact]
    public async Task A_changed_definition_is_in_force_at_once_and_after_the_databases_coordinator_was_brought_back()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.Scheduled(backup: "0 2 * * *"));
        await SayHelloAsync(coordinator, Definitions.Scheduled(backup: "0 5 * * *"));
        await AwaitAssertAsync(async () => Assert.Equal(Midnight.AddHours(5), (await ViewAsync(coordinator)).Backup.NextDueAt), Bound);

        await BreakJournalOfDatabaseAsync(coordinator);
        await BroughtBackAsync(coordinator);
        await SayHelloAsync(coordinator, Definitions.Scheduled(backup: "0 5 * * *"));
        var view = await ViewAsync(coordinator);
        Assert.Equal(("0 5 * * * UTC", Midnight.AddHours(5)), (view.Backup.Schedule, view.Backup.NextDueAt));
    }

    [Fact]
    public async Task A_databases_coordinator_whose_journal_failed_is_brought_back_and_takes_commands_again()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        await BreakJournalOfDatabaseAsync(coordinator);
        await BroughtBackAsync(coordinator);
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        var answer = await coordinator.Ask<DatabaseAnswer>(RequestBackup(), Bound);
        Assert.IsType<RunGranted>(answer.Reply);
    }

    [Fact]
    public async Task A_coordinator_whose_journal_failed_is_brought_back_with_its_databases_and_a_higher_epoch()
    {
        var coordinator = Start();
        var epoch = await SayHelloAsync(coordinator, Definitions.OnDemand);
        JournalSwitch.Of(Sys).FailWritesOf("maintenance-coordinator");
        coordinator.Tell(Hello(Definitions.OnDemand with { Id = "billing" }), _agent);
        await AwaitAssertAsync(
            async () =>
            {
                Scheduler.Advance(TimeSpan.FromSeconds(2));
                var view = await coordinator.Ask<EpochView>(new GetEpoch(), TimeSpan.FromMilliseconds(300));
                Assert.True(view.Epoch > epoch);
                var list = await coordinator.Ask<DatabaseList>(new GetDatabases(null, 10), TimeSpan.FromMilliseconds(300));
                Assert.Equal([Definitions.Database], list.Databases.Select(d => d.Id));
            },
            Bound);
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        Assert.IsType<RunGranted>((await coordinator.Ask<DatabaseAnswer>(RequestBackup(), Bound)).Reply);
    }

    [Fact]
    public async Task A_write_of_one_database_that_fails_ends_the_whole_incarnation_and_begins_a_later_epoch()
    {
        var coordinator = Start();
        var epoch = await SayHelloAsync(coordinator, Definitions.OnDemand);
        JournalSwitch.Of(Sys).FailWritesOf($"database-{Definitions.Database}");

        // Whoever wrote in its place has begun a later epoch: no part of this one may go on granting.
        await Assert.ThrowsAsync<AskTimeoutException>(() => coordinator.Ask<DatabaseAnswer>(RequestBackup(), TimeSpan.FromMilliseconds(500)));

        await AwaitAssertAsync(
            async () =>
            {
                Scheduler.Advance(TimeSpan.FromSeconds(2));
                Assert.True((await coordinator.Ask<EpochView>(new GetEpoch(), TimeSpan.FromMilliseconds(300))).Epoch > epoch);
            },
            Bound);
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        Assert.IsType<RunGranted>((await coordinator.Ask<DatabaseAnswer>(RequestBackup(), Bound)).Reply);
    }

    [Fact]
    public async Task A_wish_that_was_meant_for_another_incarnation_is_not_carried_out()
    {
        var coordinator = Start();
        var epoch = await SayHelloAsync(coordinator, Definitions.OnDemand);

        Assert.Equal(new EpochPassed(epoch), await coordinator.Ask<EpochPassed>(RequestBackup() with { Epoch = epoch - 1 }, Bound));
        Assert.Empty((await coordinator.Ask<AttemptList>(new GetAttempts(Definitions.Database, 10), Bound)).Attempts);

        Assert.IsType<RunGranted>((await coordinator.Ask<DatabaseAnswer>(RequestBackup() with { Epoch = epoch }, Bound)).Reply);
    }

    [Fact]
    public async Task The_stop_message_stops_the_coordinator_and_its_supervisor_for_good()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        await StopAsync(coordinator);
        Scheduler.Advance(TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection(coordinator.Path).ResolveOne(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task The_stop_message_also_stops_a_supervisor_that_waits_to_bring_its_coordinator_back()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        var child = await Sys.ActorSelection(coordinator.Path / "coordinator").ResolveOne(Bound);
        Watch(child);
        JournalSwitch.Of(Sys).FailWritesOf("maintenance-coordinator");
        coordinator.Tell(Hello(Definitions.OnDemand with { Id = "billing" }), _agent);
        await ExpectTerminatedAsync(child);
        await StopAsync(coordinator);
    }

    private static AgentHello Hello(DatabaseDefinition definition) => new(definition, "akka://reporting-1", 0, null, [], []);

    private static DatabaseRequest RequestBackup() => new(Definitions.Database, new RequestRun(Operation.Backup, DryRun: false, RequestKey: null));

    private static Task<DatabaseView> ViewAsync(IActorRef coordinator) =>
        coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), Bound);

    private IActorRef Start() => Sys.ActorOf(MaintenanceCoordinator.SupervisedProps([], new CoordinatorSettings("coordinator-1"), Time));

    private async Task<long> SayHelloAsync(IActorRef coordinator, DatabaseDefinition definition)
    {
        coordinator.Tell(Hello(definition), _agent);
        return ((HelloAccepted)await _agent.FishForMessageAsync(m => m is HelloAccepted, Bound)).Epoch;
    }

    private async Task StopAsync(IActorRef coordinator)
    {
        Watch(coordinator);
        coordinator.Tell(StopForGood.Instance);
        await ExpectTerminatedAsync(coordinator);
    }

    private async Task BreakJournalOfDatabaseAsync(IActorRef coordinator)
    {
        var path = coordinator.Path / "coordinator" / $"database-{Definitions.Database}" / "coordinator";
        var child = await Sys.ActorSelection(path).ResolveOne(Bound);
        Watch(child);
        JournalSwitch.Of(Sys).FailWritesOf($"database-{Definitions.Database}");
        coordinator.Tell(RequestBackup(), _agent);
        await ExpectTerminatedAsync(child);
    }

    /// <summary>Lets the supervisor's wait pass until the database's coordinator answers again.</summary>
    private Task BroughtBackAsync(IActorRef coordinator) => AwaitAssertAsync(
        async () =>
        {
            Scheduler.Advance(TimeSpan.FromSeconds(2));
            await coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), TimeSpan.FromMilliseconds(300));
        },
        Bound);
}
