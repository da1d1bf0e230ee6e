using CvpActors.Domain.Running;

namespace CvpActors.Domain.Tests.Execution;

public class FenceTests
{
    [Fact]
    public void The_highest_admitted_token_passes_and_lower_ones_are_refused()
    {
        var fence = new Fence(3);
        fence.Admit(7);

        fence.Check(7, "the rotation");
        var error = Assert.Throws<FencedException>(() => fence.Check(6, "the rotation"));
        Assert.Contains("token 6", error.Message, StringComparison.Ordinal);
        Assert.Contains("the rotation", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fence_never_goes_down()
    {
        var fence = new Fence(7);

        fence.Admit(5);
        fence.Bar(4);

        Assert.Equal(7, fence.Highest);
    }

    [Fact]
    public void A_barred_token_is_refused_and_the_next_one_is_admitted()
    {
        var fence = new Fence(7);
        fence.Bar(7);
        Assert.Throws<FencedException>(() => fence.Check(7, "batch 1 of call"));

        fence.Admit(9);
        fence.Check(9, "batch 1 of call");
    }

    [Fact]
    public void Of_many_tokens_admitted_at_once_the_highest_stays()
    {
        var fence = new Fence(0);

        Parallel.For(1, 10_001, token => fence.Admit(token));

        Assert.Equal(10_000, fence.Highest);
    }

    [Fact]
    public void A_run_asks_the_fence_with_its_own_token()
    {
        var run = new RunContext("reporting", "backup-7", 7, new Fence(7), new Progress<RunProgress>());
        run.CommitPoint("the rotation");

        run.Fence.Admit(8);

        Assert.Throws<FencedException>(() => run.CommitPoint("the rotation"));
    }

    [Fact]
    public void Retention_counts_back_from_whichever_clock_shows_less()
    {
        var (granted, now) = (Scenario.Due, Scenario.Due.AddDays(400));
        var run = new RunContext("reporting", "purge-7", 7, new Fence(7), new Progress<RunProgress>());

        Assert.Equal(now, run.RetentionCountsFrom(now));
        Assert.Equal(granted, (run with { GrantedAt = granted }).RetentionCountsFrom(now));
        Assert.Equal(granted, (run with { GrantedAt = now }).RetentionCountsFrom(granted));
    }
}
