using Akka.Actor;

namespace CvpActors.Actors.Membership;

/// <summary>
/// What other nodes have said the time is, kept by this process' monotonic clock: this machine's own clock may be set between two answers, and then all of
/// them, old and new, must disagree with it at once.
/// </summary>
/// <param name="local">This machine's clock.</param>
internal sealed class HeardClocks(TimeProvider local)
{
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(10);

    /// <summary>An answer that took longer says too little of when it was given: it counts only while there is no better one.</summary>
    private static readonly TimeSpan LongestGoodWay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Address, (DateTimeOffset Utc, long HeardAt)> _others = [];

    /// <summary>Takes an answer.</summary>
    /// <param name="node">Whose.</param>
    /// <param name="asked">This process' monotonic clock when it was asked for.</param>
    /// <param name="told">What it says the time was.</param>
    /// <returns>False when it was too long on its way to say anything.</returns>
    public bool Hear(Address node, long asked, DateTimeOffset told)
    {
        var way = local.GetElapsedTime(asked);
        if (way < TimeSpan.Zero || way > LongestWay)
        {
            return false;
        }

        var utc = told + (way / 2);
        if (way > LongestGoodWay && _others.TryGetValue(node, out var known) && (Now(known) - utc).Duration() < way)
        {
            utc = Now(known);
        }

        _others[node] = (utc, local.GetTimestamp());
        foreach (var silent in _others.Where(o => local.GetElapsedTime(o.Value.HeardAt) > ForgetAfter).Select(o => o.Key).ToList())
        {
            _others.Remove(silent);
        }

        return true;
    }

    /// <summary>What to add to this machine's clock by the word of most; null while too few were heard.</summary>
    public TimeSpan? Correction()
    {
        var now = local.GetUtcNow();
        return ClockConsensus.Correction([.. _others.Values.Select(other => Now(other) - now)]);
    }

    private DateTimeOffset Now((DateTimeOffset Utc, long HeardAt) other) => other.Utc + local.GetElapsedTime(other.HeardAt);
}
