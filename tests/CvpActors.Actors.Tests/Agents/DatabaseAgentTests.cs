using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Agents;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Tests.Agents;

/// <summary>One agent between a coordinator that is a probe and a database that is a fake, in virtual time.</summary>
public sealed class DatabaseAgentTests : VirtualTimeSpec
{
    private const long Epoch = 3;
    private readonly FakeDatabase _database = new();
    private readonly TestProbe _coordinator;

    public DatabaseAgentTests() => _coordinator = CreateTestProbe();

    [Fact]
    public async Task An_agent_says_hello_every_second_until_it_is_accepted_and_every_5_seconds_from_then_on()
    {
        var agent = await StartAsync();
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await ExpectAsync<AgentHello>();

        agent.Tell(new HelloAccepted(Epoch), _coordinator);
        await SettledAsync(agent);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await ExpectAsync<AgentHello>();
        await SettledAsync(agent);
        Scheduler.Advance(TimeSpan.FromSeconds(4.9));
        await SettledAsync(agent);
        Assert.False(_coordinator.HasMessages);
        Scheduler.Advance(TimeSpan.FromSeconds(0.1));
        await ExpectAsync<AgentHello>();
        Assert.Equal(Epoch, _database.Ledger.Kept.HighestEpoch);
    }

    [Fact]
    public async Task An_order_to_start_that_comes_twice_starts_one_run()
    {
        _database.RunsLast = true;
        var agent = await StartAsync();
        Order(agent, Start(token: 7));
        Assert.Equal(7, (await ExpectAsync<RunStarted>()).Token);
        Order(agent, Start(token: 7));
        Assert.Equal(7, (await ExpectAsync<RunStarted>()).Token);

        _database.Release();
        await ReportedAsync(7);
        Order(agent, Start(token: 7));
        await ReportedAsync(7);
        Assert.Equal(1, _database.Begun);
        Assert.Equal([7L], _database.Commits);
    }

    [Fact]
    public async Task A_token_lower_than_the_highest_seen_starts_nothing_also_after_a_restart_of_the_agent()
    {
        var agent = await StartAsync();
        Order(agent, Start(token: 9));
        await ReportedAsync(9);
        Order(agent, Start(token: 8));
        await SettledAsync(agent);

        await agent.GracefulStop(Bound);
        agent = await StartAsync();
        Order(agent, Start(token: 8));
        await SettledAsync(agent);
        Assert.Equal([9L], _database.Commits);
        Assert.Equal(1, _database.Begun);
    }

    [Fact]
    public async Task An_order_of_a_lower_epoch_is_refused_also_after_a_restart_of_the_agent()
    {
        var agent = await StartAsync();
        agent.Tell(new HelloAccepted(Epoch), _coordinator);
        await SettledAsync(agent);
        Order(agent, Start(token: 5) with { Epoch = Epoch - 1 });
        await SettledAsync(agent);

        await agent.GracefulStop(Bound);
        agent = await StartAsync();
        Order(agent, Start(token: 5) with { Epoch = Epoch - 1 });
        await SettledAsync(agent);
        Assert.Equal(0, _database.Begun);

        Order(agent, Start(token: 5));
        await ReportedAsync(5);
    }

    [Fact]
    public async Task Nothing_is_started_beside_a_hung_run_which_is_fenced_and_can_commit_nothing()
    {
        (_database.RunsLast, _database.RunsHang) = (true, true);
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);

        Order(agent, Start(token: 6, Operation.Purge));
        var refused = await ReportedAsync(6);
        Assert.Equal(AttemptState.Failed, refused.State);
        Assert.Contains("backup-5 (token 5) was cancelled and has not ended yet", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, _database.Begun);

        _database.Release();
        var late = await ReportedAsync(5);
        Assert.Equal(AttemptState.Cancelled, late.State);
        Assert.Contains("superseded", late.Error, StringComparison.Ordinal);
        Assert.Empty(_database.Commits);
        Assert.Equal(1, _database.MostAtWork);
    }

    [Fact]
    public async Task A_run_that_was_refused_is_not_started_by_a_copy_of_its_order_that_comes_later()
    {
        (_database.RunsLast, _database.RunsHang) = (true, true);
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        Order(agent, Start(token: 6));
        await ReportedAsync(6);
        _database.Release();
        await ReportedAsync(5);

        Order(agent, Start(token: 6));
        await ReportedAsync(6);
        await SettledAsync(agent);
        Assert.Equal(1, _database.Begun);
    }

    [Theory]
    [InlineData(Operation.Backup)]
    [InlineData(Operation.Purge)]
    public async Task A_run_begins_with_the_engines_own_check_and_ends_with_what_that_finds(Operation operation)
    {
        _database.CheckFault = new ReportingDatabaseException("reporting.db is not there");
        var agent = await StartAsync();

        Order(agent, Start(token: 5, operation));

        Assert.Equal(new Outcome(AttemptState.Failed, "reporting.db is not there"), (await ReportedAsync(5)) with { Elapsed = TimeSpan.Zero });
        Assert.Equal(0, _database.Begun);
    }

    [Fact]
    public async Task A_purge_of_an_engine_that_only_dumps_fails_and_says_why()
    {
        _database.OnlyDumps();
        var agent = await StartAsync();

        Order(agent, Start(token: 5, Operation.Purge));

        var outcome = await ReportedAsync(5);
        Assert.Equal(AttemptState.Failed, outcome.State);
        Assert.Contains("fake only dumps", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_fenced_before_its_order_came_is_not_started()
    {
        var agent = await StartAsync();
        Order(agent, new FenceRun(Epoch, 5));
        Assert.Equal(5, (await ExpectAsync<RunFenced>()).Token);
        Order(agent, Start(token: 5));
        await SettledAsync(agent);
        Assert.Equal(0, _database.Begun);
    }

    [Fact]
    public async Task An_outcome_is_on_disk_when_it_is_reported_and_is_reported_until_it_is_acknowledged()
    {
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        var outcome = await ReportedAsync(5);
        Assert.Equal(AttemptState.Succeeded, outcome.State);
        Assert.Equal(1, outcome.Backup?.Generation);
        Assert.Equal(5, Assert.Single(_database.Ledger.Kept.Unreported).Token);
        Assert.Null(_database.Ledger.Kept.Running);

        for (var again = 0; again < 3; again++)
        {
            await SettledAsync(agent);
            Scheduler.Advance(TimeSpan.FromSeconds(2));
            await ReportedAsync(5);
        }

        agent.Tell(new OutcomeAcknowledged(Epoch, 5), _coordinator);
        await SettledAsync(agent);
        Scheduler.Advance(TimeSpan.FromSeconds(20));
        await SettledAsync(agent);
        Assert.DoesNotContain(Drained(), m => m is RunReported);
        Assert.Empty(_database.Ledger.Kept.Unreported);
    }

    [Fact]
    public async Task An_unacknowledged_outcome_is_reported_again_after_a_restart_of_the_agent()
    {
        var agent = await StartAsync();
        Order(agent, Start(token: 5, Operation.Purge));
        await ReportedAsync(5);
        await agent.GracefulStop(Bound);
        Drained();

        await StartAsync();
        Assert.Equal(42, (await ReportedAsync(5)).Purge?.Rows);
    }

    [Fact]
    public async Task A_run_is_refused_while_the_ledger_cannot_be_written()
    {
        var agent = await StartAsync();
        _database.Ledger.WritesFail = true;
        Order(agent, Start(token: 5));
        var refused = await ReportedAsync(5);
        Assert.Equal(AttemptState.Failed, refused.State);
        Assert.Contains("ledger", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, _database.Begun);

        _database.Ledger.WritesFail = false;
        Order(agent, Start(token: 6));
        await ReportedAsync(6);
        Assert.Equal([6L], _database.Commits);
    }

    [Fact]
    public async Task An_outcome_that_cannot_be_written_is_not_reported_until_it_can()
    {
        _database.RunsLast = true;
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        _database.Ledger.WritesFail = true;
        await EventFilter.Error(contains: "ledger could not be written").ExpectOneAsync(() =>
        {
            _database.Release();
            return Task.CompletedTask;
        });
        await SettledAsync(agent);
        Scheduler.Advance(TimeSpan.FromSeconds(5));
        await SettledAsync(agent);
        Assert.DoesNotContain(Drained(), m => m is RunReported);
        Assert.NotNull(_database.Ledger.Kept.Running);

        _database.Ledger.WritesFail = false;
        Scheduler.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(AttemptState.Succeeded, (await ReportedAsync(5)).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_a_killed_process_left_in_the_ledger_is_reported_as_lost_at_start(bool diskIsFull)
    {
        _database.Ledger.Kept = AgentLedger.Empty.Started(new LedgerRun("backup-5", Operation.Backup, 5, Midnight));
        _database.Ledger.WritesFail = diskIsFull;
        Sys.ActorOf(DatabaseAgent.Props(_database.Maintained, _coordinator, new AgentSettings("reporting-1"), Time));

        var hello = await ExpectAsync<AgentHello>();
        Assert.Equal((5L, null), (hello.HighestToken, hello.Running));
        Assert.Equal(5L, Assert.Single(hello.UnreportedTokens));
        Assert.Equal(AttemptState.Lost, (await ReportedAsync(5)).State);
    }

    [Fact]
    public async Task A_fenced_run_that_obeys_is_reported_as_fenced_at_once()
    {
        _database.RunsLast = true;
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        Order(agent, new FenceRun(Epoch, 5));
        Assert.Equal(AttemptState.Cancelled, (await ReportedAsync(5)).State);
        Assert.Equal(5, (await ExpectAsync<RunFenced>()).Token);
        Assert.Empty(_database.Commits);
    }

    [Fact]
    public async Task A_fenced_run_that_hangs_is_reported_as_fenced_after_5_seconds_though_it_still_runs()
    {
        (_database.RunsLast, _database.RunsHang) = (true, true);
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        Order(agent, new FenceRun(Epoch, 5));
        await SettledAsync(agent);
        Scheduler.Advance(TimeSpan.FromSeconds(4.9));
        await SettledAsync(agent);
        Assert.DoesNotContain(Drained(), m => m is RunFenced);
        Scheduler.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(5, (await ExpectAsync<RunFenced>()).Token);
        Assert.Equal(1, _database.AtWork);

        _database.Release();
        await ReportedAsync(5);
        Assert.Empty(_database.Commits);
    }

    [Theory]
    [InlineData(Operation.Backup)]
    [InlineData(Operation.Purge)]
    public async Task A_cancelled_run_is_reported_as_cancelled_with_what_it_had_done(Operation operation)
    {
        _database.RunsLast = true;
        var agent = await StartAsync();
        Order(agent, Start(token: 5, operation));
        await ExpectAsync<RunStarted>();
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        Order(agent, new CancelRun(Epoch, 4));
        Order(agent, new CancelRun(Epoch, 5));
        var outcome = await ReportedAsync(5);
        Assert.Equal(AttemptState.Cancelled, outcome.State);
        Assert.Equal(operation == Operation.Purge ? 7 : null, outcome.Purge?.Rows);
        Assert.True(_database.WasCancelled);
    }

    [Fact]
    public async Task A_run_whose_cancellation_throws_is_not_begun_a_second_time()
    {
        (_database.RunsLast, _database.CancellationFault) = (true, new InvalidOperationException("the statement has gone"));
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        await EventFilter.Exception<AggregateException>().ExpectAsync(0, async () =>
        {
            Order(agent, new CancelRun(Epoch, 5));
            Assert.Equal(AttemptState.Cancelled, (await ReportedAsync(5)).State);
        });
        Assert.Equal(1, _database.Begun);
    }

    [Fact]
    public async Task A_run_that_fails_says_why_and_how_long_it_took_by_the_monotonic_clock()
    {
        (_database.RunsLast, _database.Fault) = (true, new BackupFailedException("cvp_backup_data.partial: no space left"));
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        Time.WallClockSetBy = TimeSpan.FromHours(-5);
        Scheduler.Advance(TimeSpan.FromMinutes(3));
        _database.Release();
        var outcome = await ReportedAsync(5);
        Assert.Equal(new Outcome(AttemptState.Failed, "cvp_backup_data.partial: no space left") { Elapsed = TimeSpan.FromMinutes(3) }, outcome);
    }

    [Fact]
    public async Task A_node_that_stops_cancels_its_run_and_keeps_the_outcome()
    {
        _database.RunsLast = true;
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        var stopped = await agent.Ask<AgentStopped>(new StopAgent(), Bound);
        Assert.Equal(Definitions.Database, stopped.Database);
        Assert.Equal(AttemptState.Cancelled, Assert.Single(_database.Ledger.Kept.Unreported).Outcome.State);

        Order(agent, Start(token: 6));
        Assert.Contains("stopping", (await ReportedAsync(6)).Error, StringComparison.Ordinal);
        await agent.Ask<AgentStopped>(new StopAgent(), Bound);
    }

    [Fact]
    public async Task The_progress_of_a_run_is_told_with_the_hello()
    {
        (_database.RunsLast, _database.Progress) = (true, new RunProgress(3, 10, "rows"));
        var agent = await StartAsync();
        Order(agent, Start(token: 5, Operation.Purge));
        await ExpectAsync<RunStarted>();
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        await SettledAsync(agent);
        Drained();
        Scheduler.Advance(TimeSpan.FromSeconds(40));
        Order(agent, new ReportNow(Epoch));
        await AwaitAssertAsync(async () =>
        {
            var hello = await ExpectAsync<AgentHello>();
            Assert.Equal(new RunningNow(5, TimeSpan.FromSeconds(40), new RunProgress(3, 10, "rows")), hello.Running);
        });
    }

    [Fact]
    public async Task An_agent_that_ends_cancels_its_work()
    {
        _database.RunsLast = true;
        var agent = await StartAsync();
        Order(agent, Start(token: 5));
        await ExpectAsync<RunStarted>();
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        Sys.Stop(agent);
        await AwaitConditionAsync(() => Task.FromResult(_database is { AtWork: 0, WasCancelled: true }), Bound);
        Assert.Empty(_database.Commits);
    }

    private static StartRun Start(long token, Operation operation = Operation.Backup) =>
        new(Epoch, operation == Operation.Backup ? $"backup-{token}" : $"purge-{token}", operation, token, DryRun: false);

    private async Task<IActorRef> StartAsync()
    {
        var agent = Sys.ActorOf(DatabaseAgent.Props(_database.Maintained, _coordinator, new AgentSettings("reporting-1"), Time));
        await ExpectAsync<AgentHello>();
        return agent;
    }

    private void Order(IActorRef agent, IOrder order) => agent.Tell(order, _coordinator);

    /// <summary>Waits until the agent has dealt with all that it was sent; leaves its other messages where they are.</summary>
    private static async Task SettledAsync(IActorRef agent) => await agent.Ask<ActorIdentity>(new Identify(null), Bound);

    private async Task<T> ExpectAsync<T>() => (T)await _coordinator.FishForMessageAsync(m => m is T, Bound);

    private async Task<Outcome> ReportedAsync(long token) =>
        ((RunReported)await _coordinator.FishForMessageAsync(m => m is RunReported r && r.Token == token, Bound)).Outcome;

    private List<object> Drained()
    {
        var drained = new List<object>();
        while (_coordinator.HasMessages)
        {
            drained.Add(_coordinator.ReceiveOne(TimeSpan.Zero));
        }

        return drained;
    }
}
