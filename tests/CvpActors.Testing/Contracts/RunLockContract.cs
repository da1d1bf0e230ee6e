using CvpActors.Domain.Ports;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="IRunLock"/> promises, for every implementation of it.</summary>
public abstract class RunLockContract
{
    protected abstract IRunLock RunLock { get; }

    [Fact]
    public void A_second_taker_is_refused_until_the_first_lets_go()
    {
        var held = RunLock.Take(1);
        Assert.Throws<RunLockHeldException>(() => RunLock.Take(2));

        held.Dispose();
        RunLock.Take(2).Dispose();
    }

    [Fact]
    public void A_lower_token_than_the_highest_seen_is_refused_and_the_same_one_is_not()
    {
        RunLock.Take(5).Dispose();

        Assert.Throws<RunLockHeldException>(() => RunLock.Take(4));
        RunLock.Take(5).Dispose();
    }
}
