namespace CvpActors.Actors.Coordination;

/// <summary>
/// Whether this process still has a right to begin an epoch. One that was frozen finds, when it wakes and its first write is refused, that another
/// node has begun later ones: would it begin one more, it would end a coordinator that works, only to be removed by the others a moment later.
/// Outlives the incarnations of the coordinator on its node; used by one of them at a time.
/// </summary>
/// <param name="node">The node's name.</param>
public sealed class Succession(string node)
{
    private long? _own;

    /// <summary>An epoch of this process has begun.</summary>
    /// <returns>Whether it is the first.</returns>
    public bool Began(long epoch)
    {
        var isFirst = _own is null;
        _own = epoch;
        return isFirst;
    }

    /// <summary>
    /// Whether another node has begun an epoch after this process's last. An epoch of this very node is its own, even if nobody told it that
    /// the journal had taken it.
    /// </summary>
    public bool HasPassedOn(CoordinatorState recovered)
    {
        ArgumentNullException.ThrowIfNull(recovered);
        return _own is { } own && recovered.Epoch > own && recovered.EpochNode is { } by && by != node;
    }
}
