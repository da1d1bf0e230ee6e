using Akka.Actor;
using CvpActors.Actors.Agents;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Clocks;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Ports;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>A held purge from the order to the word that lets it go: the real coordinator and the real agent around a fake database.</summary>
public sealed class HeldPurgeTests : ActorSpec
{
    private readonly FakeDatabase _database = new();
    private readonly FakeClockKeeper _clock = new();
    private readonly IActorRef _coordinator;

    public HeldPurgeTests()
    {
        _coordinator = Sys.ActorOf(
            MaintenanceCoordinator.SupervisedProps([], new CoordinatorSettings("site-a") { Clock = _clock }, TimeProvider.System), "coordinator");
        Sys.ActorOf(DatabaseAgent.Props(_database.Maintained, _coordinator, new AgentSettings("site-a"), TimeProvider.System));
    }

    [Fact]
    public async Task By_a_clock_that_leapt_nothing_is_deleted_until_somebody_lets_it_go()
    {
        _clock.Leap = new ClockLeap(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(400));
        var held = await PurgeAsync(AttemptState.Failed);
        Assert.Contains("it is held, and nothing was deleted. The coordinator's clock showed 1971-02-05", held.Error, StringComparison.Ordinal);
        Assert.Contains("Set it right on node site-a", held.Error, StringComparison.Ordinal);
        Assert.EndsWith(")", held.Error, StringComparison.Ordinal);
        Assert.Equal((0, 42), (_database.Begun, _database.OldRows));
        var view = await ViewAsync();
        Assert.Equal(held.Id, view.Purge.Held?.AttemptId);
        Assert.Equal(AlertCodes.PurgeHeld, Assert.Single(view.Alerts).Code);

        Assert.IsType<Accepted>(await CommandAsync(new LetPurgeGo("it was off for a year")));
        await PurgeAsync(AttemptState.Succeeded);
        Assert.Equal(0, _database.OldRows);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(400), _clock.Accepted);
        Assert.Null((await ViewAsync()).Purge.Held);
        Assert.NotNull(Assert.Single((await ViewAsync()).Alerts).ClearedAt);
    }

    [Fact]
    public async Task The_last_rows_of_a_category_go_only_when_somebody_lets_them()
    {
        _database.NewestRow = TimeProvider.System.GetUtcNow().AddDays(-31);
        await PurgeAsync(AttemptState.Failed);
        Assert.Equal(42, _database.OldRows);

        Assert.IsType<Accepted>(await CommandAsync(new LetPurgeGo("the source was switched off")));
        await PurgeAsync(AttemptState.Succeeded);
        Assert.Null(_clock.Accepted);

        // Another row came, and grew old in its turn: it is asked about anew.
        _database.NewestRow = TimeProvider.System.GetUtcNow().AddDays(-30.5);
        await PurgeAsync(AttemptState.Failed);
    }

    [Fact]
    public async Task A_dry_run_counts_and_says_what_would_hold_it()
    {
        _database.NewestRow = TimeProvider.System.GetUtcNow().AddDays(-31);
        var dry = await PurgeAsync(AttemptState.Succeeded, dryRun: true);
        Assert.Equal(42, dry.Result?.Purge?.Rows);
        Assert.StartsWith("emptied call", Assert.Single(dry.Result!.Held!.Reasons).Key, StringComparison.Ordinal);
        Assert.Empty((await ViewAsync()).Alerts);
    }

    [Fact]
    public async Task The_coordinator_of_another_node_knows_what_was_said_of_the_clock_and_does_not_ask_again()
    {
        _clock.Leap = new ClockLeap(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(400));
        await PurgeAsync(AttemptState.Failed);
        Assert.IsType<Accepted>(await CommandAsync(new LetPurgeGo("it was off for a year")));
        var child = await Sys.ActorSelection(_coordinator.Path).ResolveOne(Bound);
        await child.GracefulStop(Bound, PoisonPill.Instance);

        var itsClock = new FakeClockKeeper();
        Sys.ActorOf(MaintenanceCoordinator.SupervisedProps([], new CoordinatorSettings("site-b") { Clock = itsClock }, TimeProvider.System), "next");
        await AwaitAssertAsync(() => Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(400), itsClock.Accepted), Bound);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_while_no_process_looked_is_noticed_at_the_start()
    {
        await PurgeAsync(AttemptState.Succeeded);
        var child = await Sys.ActorSelection(_coordinator.Path).ResolveOne(Bound);
        await child.GracefulStop(Bound, PoisonPill.Instance);

        _clock.HadToShowAtStart = TimeProvider.System.GetUtcNow().AddHours(5);
        var next = Sys.ActorOf(MaintenanceCoordinator.SupervisedProps([], new CoordinatorSettings("site-a") { Clock = _clock }, TimeProvider.System), "next");
        await AwaitAssertAsync(
            async () => Assert.Contains(
                "ran back by 5 h",
                Assert.Single((await next.Ask<DatabaseView>(new GetDatabase(Definitions.Database), TimeSpan.FromSeconds(2))).Alerts).Text,
                StringComparison.Ordinal),
            Bound);
    }

    private async Task<AttemptView> PurgeAsync(AttemptState state, bool dryRun = false)
    {
        await AwaitAssertAsync(async () => Assert.Equal(AgentView.Connected, (await ViewAsync()).Agent), Bound);
        var granted = Assert.IsType<RunGranted>(await CommandAsync(new RequestRun(Operation.Purge, dryRun, RequestKey: null)));
        AttemptView? attempt = null;
        await AwaitAssertAsync(
            async () => Assert.Equal(state, (attempt = Assert.Single((await _coordinator.Ask<AttemptList>(
                new GetAttempt(Definitions.Database, granted.AttemptId), TimeSpan.FromSeconds(2))).Attempts)).State),
            Bound);
        return attempt!;
    }

    private async Task<DatabaseReply> CommandAsync(DatabaseCommand command) =>
        (await _coordinator.Ask<DatabaseAnswer>(new DatabaseRequest(Definitions.Database, command), Bound)).Reply;

    private Task<DatabaseView> ViewAsync() => _coordinator.Ask<DatabaseView>(new GetDatabase(Definitions.Database), TimeSpan.FromSeconds(2));

    private sealed class FakeClockKeeper : IClockKeeper
    {
        public ClockLeap? Leap { get; set; }

        public DateTimeOffset? Accepted { get; private set; }

        public DateTimeOffset? HadToShowAtStart { get; set; }

        public ClockEvidence Evidence() => new(DateTimeOffset.UnixEpoch, Accepted is null ? Leap : null);

        public void Accept(DateTimeOffset shown) => Accepted = shown;
    }
}
