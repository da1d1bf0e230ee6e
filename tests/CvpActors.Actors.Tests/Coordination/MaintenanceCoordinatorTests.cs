using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Attempts;
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
    public async Task A_wish_that_comes_after_its_sender_gave_it_up_is_dropped()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        var clock = (await coordinator.Ask<EpochView>(new GetEpoch(), Bound)).Clock;

        Scheduler.Advance(TimeSpan.FromSeconds(3));
        coordinator.Tell(RequestBackup() with { ExpiresAt = clock + TimeSpan.FromSeconds(2) });
        Assert.IsType<RunGranted>((await coordinator.Ask<DatabaseAnswer>(RequestBackup() with { ExpiresAt = clock + TimeSpan.FromSeconds(4) }, Bound)).Reply);
        Assert.Single((await coordinator.Ask<AttemptList>(new GetAttempts(Definitions.Database, 10), Bound)).Attempts);
    }

    [Fact]
    public async Task A_database_whose_history_cannot_be_read_is_listed_and_says_so_and_the_others_go_on()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.Scheduled(backup: "0 2 * * *"));
        await StopAsync(coordinator);
        JournalSwitch.Of(Sys).FailReadsOf($"database-{Definitions.Database}", times: 1);

        coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.OnDemand with { Id = "billing" });
        await AwaitAssertAsync(
            async () =>
            {
                var list = (await coordinator.Ask<DatabaseList>(new GetDatabases(null, 10), TimeSpan.FromMilliseconds(300))).Databases;
                Assert.Equal(["billing", Definitions.Database], list.Select(d => d.Id));
                Assert.Null(list[0].Problem);
                Assert.Contains("cannot be read from the journal (the journal's disk has a bad sector)", list[1].Problem, StringComparison.Ordinal);
            },
            Bound);

        await AwaitAssertAsync(
            async () =>
            {
                Scheduler.Advance(TimeSpan.FromSeconds(2));
                Assert.Null((await coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), TimeSpan.FromMilliseconds(300))).Problem);
            },
            Bound);
    }

    [Fact]
    public async Task A_second_node_with_the_same_database_is_not_heard_and_both_are_named_until_it_is_silent()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        var granted = Assert.IsType<RunGranted>((await coordinator.Ask<DatabaseAnswer>(RequestBackup(), Bound)).Reply);
        var twin = CreateTestProbe();

        coordinator.Tell(Hello(Definitions.Scheduled(backup: "0 2 * * *")) with { Node = "reporting-2" }, twin);
        var denied = await twin.ExpectMsgAsync<HelloDenied>(Bound);
        coordinator.Tell(new RunReported(Definitions.Database, granted.Token, new Outcome(AttemptState.Failed, "of another database")), twin);

        Assert.Equal("reporting-1", denied.Owner);
        var view = await ViewAsync(coordinator);
        Assert.Equal((granted.AttemptId, null, "reporting-1"), (view.Lock?.AttemptId, view.Backup.Schedule, view.Node));
        var conflict = new ConflictView(Definitions.Database, "reporting-1", "reporting-2");
        Assert.Equal([conflict], (await coordinator.Ask<EpochView>(new GetEpoch(), Bound)).Conflicts);
        Scheduler.Advance(TimeSpan.FromMinutes(2));
        Assert.Null((await coordinator.Ask<EpochView>(new GetEpoch(), Bound)).Conflicts);
    }

    [Fact]
    public async Task After_a_restore_of_the_journal_a_later_epoch_begins_than_agents_have_seen()
    {
        var coordinator = Start();
        await SayHelloAsync(coordinator, Definitions.OnDemand);
        var ahead = Hello(Definitions.OnDemand) with { HighestEpoch = 900 };

        coordinator.Tell(ahead, _agent);
        await coordinator.Ask<EpochView>(new GetEpoch(), Bound);
        Scheduler.Advance(TimeSpan.FromSeconds(11));
        coordinator.Tell(ahead, _agent);

        await AwaitAssertAsync(
            async () =>
            {
                Scheduler.Advance(TimeSpan.FromSeconds(2));
                Assert.True((await coordinator.Ask<EpochView>(new GetEpoch(), TimeSpan.FromMilliseconds(300))).Epoch > 900);
            },
            Bound);
    }

    [Fact]
    public async Task A_coordinator_that_hears_of_a_later_epoch_only_for_a_moment_goes_on()
    {
        var coordinator = Start();
        var epoch = await SayHelloAsync(coordinator, Definitions.OnDemand);

        coordinator.Tell(Hello(Definitions.OnDemand) with { HighestEpoch = 900 }, _agent);

        Assert.Equal(epoch, (await coordinator.Ask<EpochView>(new GetEpoch(), Bound)).Epoch);
    }

    [Fact]
    public async Task All_databases_are_listed_in_pages_that_fit_into_a_message()
    {
        const int databases = 300;
        var coordinator = Start();
        for (var number = 0; number < databases; number++)
        {
            coordinator.Tell(Hello(Definitions.OnDemand with { Id = $"db-{number:000}" }), _agent);
        }

        for (var number = 0; number < databases; number++)
        {
            await _agent.FishForMessageAsync(m => m is HelloAccepted, Bound);
        }

        List<string> ids = [];
        var pages = 0;
        for (DatabaseList page; ; pages++)
        {
            page = await coordinator.Ask<DatabaseList>(new GetDatabases(ids.LastOrDefault(), 1000), Bound);
            ids.AddRange(page.Databases.Select(d => d.Id));
            if (!page.More)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, databases).Select(n => $"db-{n:000}"), ids);
        Assert.InRange(pages, 1, databases / 10);
        var three = await coordinator.Ask<DatabaseList>(new GetDatabases("db-010", 3), Bound);
        Assert.Equal(["db-011", "db-012", "db-013"], three.Databases.Select(d => d.Id));
        Assert.True(three.More);
    }

    [Fact]
    public async Task Of_runs_that_are_due_together_as_many_begin_as_may_and_the_others_wait_without_being_blocked()
    {
        var coordinator = Start();
        string[] ids = ["a", "b", "c"];
        foreach (var id in ids)
        {
            coordinator.Tell(Hello(Definitions.Scheduled(backup: "0 2 * * *") with { Id = id }) with { NodeLimit = 2, AgainWithin = TimeSpan.FromHours(3) }, _agent);
        }

        Assert.Equal(3, (await FishAsync<HelloAccepted>(3)).Count);
        Scheduler.Advance(TimeSpan.FromHours(2));
        var first = await FishAsync<StartRun>(2);
        var waiting = await AwaitAssertAsync(async () =>
        {
            var views = await Task.WhenAll(ids.Select(id => coordinator.Ask<DatabaseView>(new GetDatabase(id), Bound)));
            var waits = Assert.Single(views, v => v.Lock is null);
            Assert.Contains("2 operations run on reporting-1", waits.Backup.Retry?.WaitsFor, StringComparison.Ordinal);
            return waits.Id;
        });

        // Somebody who wants one now is told at once.
        var reply = (await coordinator.Ask<DatabaseAnswer>(new DatabaseRequest(waiting, new RequestRun(Operation.Purge, DryRun: false, RequestKey: null)), Bound)).Reply;
        Assert.IsType<NoRoom>(reply);

        var ended = ids.First(id => id != waiting);
        var view = await coordinator.Ask<DatabaseView>(new GetDatabase(ended), Bound);
        coordinator.Tell(new RunReported(ended, view.Lock!.Token, new Outcome(AttemptState.Succeeded)), _agent);
        await FishAsync<OutcomeAcknowledged>(1);
        await AwaitAssertAsync(async () => Assert.NotNull((await coordinator.Ask<DatabaseView>(new GetDatabase(waiting), Bound)).Lock));
        var tries = (await coordinator.Ask<AttemptList>(new GetAttempts(waiting, 10), Bound)).Attempts.Where(a => a.Trigger == Trigger.Scheduled);
        Assert.Equal(AttemptState.Running, Assert.Single(tries).State);
        Assert.Equal(2, first.Count);
    }

    [Fact]
    public async Task A_time_zone_that_this_machine_does_not_know_stops_nothing_and_is_alerted()
    {
        var coordinator = Start();
        var abroad = Definitions.OnDemand with { Backup = new OperationDefinition("0 2 * * *", "Mars/Olympus", RetryPolicy.Backup) };
        await SayHelloAsync(coordinator, abroad);

        var view = await ViewAsync(coordinator);
        Assert.Equal(("0 2 * * * Mars/Olympus", null), (view.Backup.Schedule, view.Backup.NextDueAt));
        var alert = Assert.Single(view.Alerts);
        Assert.Equal("schedule-unreadable", alert.Code);
        Assert.Contains("Mars/Olympus", alert.Text, StringComparison.Ordinal);
        Assert.IsType<RunGranted>((await coordinator.Ask<DatabaseAnswer>(RequestBackup(), Bound)).Reply);

        await SayHelloAsync(coordinator, Definitions.Scheduled(backup: "0 2 * * *"));
        await AwaitAssertAsync(async () => Assert.NotNull(Assert.Single((await ViewAsync(coordinator)).Alerts).ClearedAt), Bound);
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

    private static AgentHello Hello(DatabaseDefinition definition) => new(definition, "reporting-1", 0, null, [], []);

    private static DatabaseRequest RequestBackup() => new(Definitions.Database, new RequestRun(Operation.Backup, DryRun: false, RequestKey: null));

    private static Task<DatabaseView> ViewAsync(IActorRef coordinator) =>
        coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), Bound);

    private IActorRef Start() => Sys.ActorOf(MaintenanceCoordinator.SupervisedProps([], new CoordinatorSettings("coordinator-1"), Time));

    private async Task<long> SayHelloAsync(IActorRef coordinator, DatabaseDefinition definition)
    {
        coordinator.Tell(Hello(definition), _agent);
        return ((HelloAccepted)await _agent.FishForMessageAsync(m => m is HelloAccepted, Bound)).Epoch;
    }

    private async Task<IReadOnlyList<T>> FishAsync<T>(int count)
    {
        var found = new List<T>();
        while (found.Count < count)
        {
            found.Add((T)await _agent.FishForMessageAsync(m => m is T, Bound));
        }

        return found;
    }

    private async Task<T> AwaitAssertAsync<T>(Func<Task<T>> assertion)
    {
        T result = default!;
        await AwaitAssertAsync(async () => result = await assertion(), Bound);
        return result;
    }

    private Task AwaitAssertAsync(Func<Task> assertion) => AwaitAssertAsync(assertion, Bound);

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
