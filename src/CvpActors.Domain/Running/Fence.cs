namespace CvpActors.Domain.Running;

/// <summary>
/// The highest token an agent has seen. A run asks it at every commit point, so that a run whose lock was cleared or
/// granted anew changes nothing more, however long it was frozen. Safe for concurrent use.
/// </summary>
public sealed class Fence
{
    private long _highest;

    /// <summary>Starts at the highest token the agent has on disk.</summary>
    public Fence(long highest) => _highest = highest;

    /// <summary>Tokens below this one are refused.</summary>
    public long Highest => Interlocked.Read(ref _highest);

    /// <summary>Lets <paramref name="token"/> through and refuses all lower ones; never goes down.</summary>
    public void Admit(long token)
    {
        for (var seen = Highest; token > seen; seen = Highest)
        {
            if (Interlocked.CompareExchange(ref _highest, token, seen) == seen)
            {
                return;
            }
        }
    }

    /// <summary>Refuses <paramref name="token"/> and all lower ones from now on.</summary>
    public void Bar(long token) => Admit(token + 1);

    /// <summary>Passes when <paramref name="token"/> is still the highest.</summary>
    /// <exception cref="FencedException">It is not: another run was admitted, or this one was barred.</exception>
    public void Check(long token, string commitPoint)
    {
        var highest = Highest;
        if (token < highest)
        {
            throw new FencedException(token, highest, commitPoint);
        }
    }
}

/// <summary>A run reached a commit point after its token had been superseded.</summary>
public sealed class FencedException(long token, long highest, string commitPoint)
    : Exception($"token {token} was superseded (tokens from {highest} on are valid) and stopped at: {commitPoint}");
