using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="IPurger"/> promises, for every implementation of it.</summary>
public abstract class PurgerContract
{
    /// <summary>The purger of a database with old rows, as many as <see cref="OldRows"/>.</summary>
    protected abstract IPurger Purger { get; }

    /// <summary>A plan that finds those rows.</summary>
    protected abstract PurgePlan Plan { get; }

    /// <summary>How many old rows there are now.</summary>
    protected abstract long OldRows { get; }

    [Fact]
    public async Task A_dry_run_counts_and_deletes_nothing()
    {
        var before = OldRows;

        var result = await Purger.PurgeAsync(Plan, dryRun: true, TestRun.Create(), CancellationToken.None);

        Assert.True(result.DryRun);
        Assert.Equal(before, result.Rows);
        Assert.Equal(before, OldRows);
    }

    [Fact]
    public async Task A_purge_deletes_what_is_old_and_says_how_much()
    {
        var before = OldRows;

        var result = await Purger.PurgeAsync(Plan, dryRun: false, TestRun.Create(), CancellationToken.None);

        Assert.False(result.DryRun);
        Assert.True(before > 0);
        Assert.Equal(before, result.Rows);
        Assert.Equal(0, OldRows);
    }

    [Fact]
    public async Task A_run_whose_token_was_superseded_deletes_nothing()
    {
        var before = OldRows;

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => Purger.PurgeAsync(Plan, dryRun: false, TestRun.Create(token: 4, new Fence(5)), CancellationToken.None));

        Assert.IsType<FencedException>(stopped.InnerException);
        Assert.Equal(0, stopped.DeletedSoFar.Rows);
        Assert.Equal(before, OldRows);
    }

    [Fact]
    public async Task A_purge_that_was_cancelled_before_it_began_deletes_nothing()
    {
        var before = OldRows;

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => Purger.PurgeAsync(Plan, dryRun: false, TestRun.Create(), new CancellationToken(canceled: true)));

        Assert.IsAssignableFrom<OperationCanceledException>(stopped.InnerException);
        Assert.Equal(before, OldRows);
    }
}
