using Akka.Actor;
using CvpActors.Actors.Agents;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>The real coordinator and the real agent around a fake database, in real time.</summary>
public sealed class CoordinatorWithAgentTests : ActorSpec
{
    private readonly FakeDatabase _database = new() { RunsLast = true };
    private readonly IActorRef _coordinator;
    private IActorRef _agent;

    public CoordinatorWithAgentTests()
    {
        _coordinator = Sys.ActorOf(MaintenanceCoordinator.SupervisedProps([], new CoordinatorSettings("site-a"), TimeProvider.System), "coordinator");
        _agent = StartAgent();
    }

    [Fact]
    public async Task An_on_demand_backup_runs_shows_its_progress_and_frees_the_lock()
    {
        _database.Progress = new RunProgress(3, 10, "bytes");
        await ConnectedAsync();
        var granted = Assert.IsType<RunGranted>(await CommandAsync(new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)));
        await AwaitAssertAsync(async () => Assert.Equal(_database.Progress, (await AttemptAsync(granted.AttemptId)).Progress), Bound);

        _database.Release();
        await EndedAsync(granted.AttemptId, AttemptState.Succeeded);
        var view = await ViewAsync();
        Assert.Null(view.Lock);
        Assert.Equal(granted.AttemptId, view.Backup.LastSuccess?.Id);
        await AwaitAssertAsync(async () => Assert.Single((await ViewAsync()).Files), Bound);
        await AwaitConditionAsync(() => Task.FromResult(_database.Ledger.Kept.Unreported.IsEmpty), Bound);
    }

    [Fact]
    public async Task Of_50_simultaneous_requests_exactly_one_is_granted_and_the_others_name_the_holder()
    {
        await ConnectedAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            n => CommandAsync(new RequestRun(n % 2 == 0 ? Operation.Backup : Operation.Purge, DryRun: false, RequestKey: $"key-{n}"))));
        var granted = Assert.Single(replies.OfType<RunGranted>());
        Assert.Equal(49, replies.OfType<RunRefused>().Count(r => r.Holder.AttemptId == granted.AttemptId));

        _database.Release();
        await EndedAsync(granted.AttemptId, AttemptState.Succeeded);
        Assert.Equal((1, 1), (_database.Begun, _database.MostAtWork));
    }

    [Fact]
    public async Task A_cleared_run_that_hangs_commits_nothing_and_its_late_outcome_is_rejected()
    {
        _database.RunsHang = true;
        await ConnectedAsync();
        var hung = Assert.IsType<RunGranted>(await CommandAsync(new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)));
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        Assert.IsType<Accepted>(await CommandAsync(new ClearLock("it hangs")));
        await AwaitAssertAsync(async () => Assert.Null((await ViewAsync()).Lock), TimeSpan.FromSeconds(15));
        Assert.Equal(1, _database.AtWork);

        var next = Assert.IsType<RunGranted>(await CommandAsync(new RequestRun(Operation.Purge, DryRun: false, RequestKey: null)));
        await EndedAsync(next.AttemptId, AttemptState.Failed);
        Assert.Contains("has not ended yet", (await AttemptAsync(next.AttemptId)).Error, StringComparison.Ordinal);

        _database.Release();
        await AwaitAssertAsync(async () => Assert.NotNull((await AttemptAsync(hung.AttemptId)).LateOutcome), Bound);
        Assert.Equal(AttemptState.Cancelled, (await AttemptAsync(hung.AttemptId)).State);
        Assert.Empty(_database.Commits);
        Assert.Equal(1, _database.MostAtWork);
    }

    [Fact]
    public async Task A_run_whose_agent_was_killed_is_lost_and_its_lock_free_as_soon_as_the_agent_is_back()
    {
        await ConnectedAsync();
        var killed = Assert.IsType<RunGranted>(await CommandAsync(new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)));
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        await _agent.GracefulStop(Bound, PoisonPill.Instance);
        Assert.Equal(killed.AttemptId, (await ViewAsync()).Lock?.AttemptId);

        _agent = StartAgent();
        await EndedAsync(killed.AttemptId, AttemptState.Lost);
        Assert.Null((await ViewAsync()).Lock);
    }

    [Fact]
    public async Task A_coordinator_that_starts_again_finds_the_run_that_went_on_without_it()
    {
        await ConnectedAsync();
        var granted = Assert.IsType<RunGranted>(await CommandAsync(new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)));
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        var child = await Sys.ActorSelection(_coordinator.Path / "coordinator").ResolveOne(Bound);
        Watch(child);
        child.Tell(PoisonPill.Instance);
        await ExpectTerminatedAsync(child);
        _database.Release();

        await EndedAsync(granted.AttemptId, AttemptState.Succeeded);
        Assert.Equal(1, _database.Begun);
    }

    [Fact]
    public async Task A_cancelled_run_ends_as_cancelled()
    {
        await ConnectedAsync();
        var granted = Assert.IsType<RunGranted>(await CommandAsync(new RequestRun(Operation.Purge, DryRun: false, RequestKey: null)));
        await AwaitConditionAsync(() => Task.FromResult(_database.AtWork == 1), Bound);
        Assert.IsType<Accepted>(await CommandAsync(new CancelAttempt(granted.AttemptId)));
        await EndedAsync(granted.AttemptId, AttemptState.Cancelled);
        Assert.Equal(7, (await AttemptAsync(granted.AttemptId)).Result?.Purge?.Rows);
    }

    private IActorRef StartAgent() =>
        Sys.ActorOf(DatabaseAgent.Props(_database.Maintained, _coordinator, new AgentSettings("site-a"), TimeProvider.System));

    private Task ConnectedAsync() =>
        AwaitAssertAsync(async () => Assert.Equal(AgentView.Connected, (await ViewAsync()).Agent), Bound);

    private async Task<DatabaseReply> CommandAsync(DatabaseCommand command) =>
        (await _coordinator.Ask<DatabaseAnswer>(new DatabaseRequest(Definitions.Database, command), Bound)).Reply;

    private Task<DatabaseView> ViewAsync() =>
        _coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), TimeSpan.FromSeconds(2));

    private async Task<AttemptView> AttemptAsync(string id) => Assert.Single(
        (await _coordinator.Ask<AttemptList>(new GetAttempt(Definitions.Database, id), TimeSpan.FromSeconds(2))).Attempts);

    private Task EndedAsync(string id, AttemptState state) =>
        AwaitAssertAsync(async () => Assert.Equal(state, (await AttemptAsync(id)).State), Bound);
}
