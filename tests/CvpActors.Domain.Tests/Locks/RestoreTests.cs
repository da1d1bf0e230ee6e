using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Tests.Locks;

public class RestoreTests
{
    private static readonly RestoreOrder Order = new("old", 41, 4096, new string('a', 64), "/srv/reporting.db.restored-41") { TargetChosen = true };
    private static readonly DateTimeOffset T = Scenario.Due;

    /// <summary>A request that asks for nothing but its operation.</summary>
    internal static RequestRun Request(Operation operation) =>
        new(operation, DryRun: false, RequestKey: null) { Restore = operation == Operation.Restore ? Order : null };

    [Fact]
    public void A_restore_takes_the_lock_and_its_attempt_says_what_goes_where()
    {
        var night = new Scenario();

        var granted = Assert.IsType<RunGranted>(night.Do(Request(Operation.Restore)));

        Assert.Equal(Order.Target, granted.Target);
        Assert.Equal((Operation.Restore, Order), (night.Lock.Operation, night.Lock.Restore));
        Assert.Equal(Order, night.State.FindAttempt(granted.AttemptId)!.Restore);
        Assert.StartsWith("restore-", granted.AttemptId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restore_that_fails_is_neither_tried_again_nor_alerted()
    {
        var night = new Scenario();
        night.Do(Request(Operation.Restore));
        night.EndRun(AttemptState.Failed, "the disk is full");

        night.RunUntil(T.AddDays(2));

        Assert.Equal(AttemptState.Failed, Assert.Single(night.State.Attempts).State);
        Assert.Empty(night.All<AlertRaised>());
        Assert.Null(night.State.Lock);
        Assert.Null(night.State.Of(Operation.Restore).LastSuccess);
    }

    [Fact]
    public void A_restore_that_succeeds_is_remembered_with_its_length()
    {
        var night = new Scenario();
        night.Do(Request(Operation.Restore));
        var outcome = new Outcome(AttemptState.Succeeded) { Restore = new RestoreResult("old", 41, Order.Target, 4096), Elapsed = TimeSpan.FromSeconds(3) };
        night.Do(new RunEnded(night.Lock.Token, outcome));

        Assert.Equal(outcome, night.State.Of(Operation.Restore).LastSuccess!.Outcome);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("reporting")]
    [InlineData("reporting@40")]
    [InlineData("Reporting@41")]
    public void The_live_database_is_not_replaced_unless_it_is_named_with_its_generation(string? confirm)
    {
        var night = new Scenario();

        var reply = night.Do(Request(Operation.Restore) with { Restore = Order with { Target = RestoreOrder.Live }, Confirm = confirm });

        Assert.Contains("confirm = \"reporting@41\"", Assert.IsType<NotPossible>(reply).Reason, StringComparison.Ordinal);
        Assert.Null(night.State.Lock);
        Assert.Empty(night.All<LockAcquired>());
    }

    [Fact]
    public void The_live_database_is_replaced_when_it_is_named() => Assert.IsType<RunGranted>(
        new Scenario().Do(Request(Operation.Restore) with { Restore = Order with { Target = RestoreOrder.Live }, Confirm = "reporting@41" }));

    [Fact]
    public void A_restore_that_does_not_say_what_goes_where_is_refused() =>
        Assert.IsType<NotPossible>(new Scenario().Do(new RequestRun(Operation.Restore, DryRun: false, RequestKey: null)));

    [Fact]
    public void The_same_request_has_the_same_answer_and_another_one_under_its_key_has_none()
    {
        var night = new Scenario();
        var wish = new RestoreWish("old", null, ReapplyPurges: false);
        Assert.IsType<NotThere>(night.Do(new RecallRestore("key", wish)));
        var granted = night.Do(Request(Operation.Restore) with { RequestKey = "key" });
        night.EndRun(AttemptState.Succeeded);

        Assert.Equal(granted, night.Do(new RecallRestore("key", wish)));
        Assert.IsType<NotPossible>(night.Do(new RecallRestore("key", wish with { Source = "current" })));
        Assert.IsType<NotPossible>(night.Do(new RecallRestore("key", wish with { Target = "/srv/other.db" })));
    }

    [Fact]
    public void How_far_purges_went_is_remembered_and_never_goes_back()
    {
        var night = new Scenario();
        Purge(night, AttemptState.Succeeded, new CategoryPurge("call", "call", T, 7), new CategoryPurge("event", "event", T.AddDays(1), 0));
        Purge(night, AttemptState.Succeeded, new CategoryPurge("call", "call", T.AddDays(-5), 7));
        Purge(night, AttemptState.Failed, new CategoryPurge("event", "event", T.AddDays(2), 3), new CategoryPurge("call", "call", T.AddDays(3), 0));

        Assert.Equal(new PurgedUpTo([new CategoryCutoff("call", T), new CategoryCutoff("event", T.AddDays(2))]), night.State.PurgedUpTo);
    }

    [Fact]
    public void A_dry_run_has_purged_nothing()
    {
        var night = new Scenario();
        night.Request(Operation.Purge, dryRun: true);
        night.Do(new RunEnded(night.Lock.Token, new Outcome(AttemptState.Succeeded) { Purge = new PurgeResult(true, [new CategoryPurge("call", "call", T, 7)]) }));

        Assert.Null(night.State.PurgedUpTo);
    }

    [Fact]
    public void A_plan_that_purges_again_goes_to_the_cutoffs_and_leaves_what_was_never_purged()
    {
        RetentionCategory Category(string name, string? parent = null) => new(name, name, "at", TimestampFormat.UnixSeconds, TimeSpan.FromDays(30), parent);
        var plan = PurgePlan.Create([Category("call"), Category("event", "call"), Category("never")], 100, TimeSpan.Zero);

        // A parent that was purged further than its children: configurations change.
        var again = plan.UpTo(new PurgedUpTo([new CategoryCutoff("call", T.AddDays(-10)), new CategoryCutoff("event", T.AddDays(-20)), new CategoryCutoff("gone", T)]), T);

        Assert.Equal([("event", T.AddDays(-20)), ("call", T.AddDays(-10))], again.Categories.Select(c => (c.Name, T - c.Retain)));
    }

    [Theory]
    [InlineData("current", "cvp_backup_data", null, null)]
    [InlineData("old", "cvp_backup_data.old", null, null)]
    [InlineData("remote:hq", null, "hq", null)]
    [InlineData("remote:hq@7", null, "hq", 7L)]
    public void A_source_is_read_and_written_alike(string text, string? file, string? remote, long? generation)
    {
        var source = RestoreSource.TryParse(text);

        Assert.Equal(new RestoreSource(file, remote, generation), source);
        Assert.Equal(text, source!.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Old")]
    [InlineData("remote:")]
    [InlineData("remote:hq@")]
    [InlineData("remote:hq@0")]
    [InlineData("remote:hq@-1")]
    [InlineData("remote:hq@x")]
    public void What_is_no_source_is_none(string? text) => Assert.Null(RestoreSource.TryParse(text));

    [Fact]
    public void Needs_of_one_disk_add_up()
    {
        var sum = SpaceNeed.Sum([new SpaceNeed("/a", 60, 100) { Disk = "8:1" }, new SpaceNeed("/b", 60, 100) { Disk = "8:1" }, new SpaceNeed("/c", 60, 100) { Disk = "8:2" }]);

        Assert.Equal([120L, 60L], sum.Select(n => n.NeededBytes));
        Assert.Contains("/a", SpaceNeed.ProblemOf(sum), StringComparison.Ordinal);
        Assert.Null(SpaceNeed.ProblemOf([new SpaceNeed("/a", 60, null)]));
    }

    private static void Purge(Scenario night, AttemptState end, params CategoryPurge[] categories)
    {
        night.Request(Operation.Purge);
        night.Do(new RunEnded(night.Lock.Token, new Outcome(end) { Purge = new PurgeResult(false, [.. categories]) }));
    }
}
