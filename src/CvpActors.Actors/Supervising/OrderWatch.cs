namespace CvpActors.Actors.Supervising;

/// <summary>What was ordered, and when it was last heard of: it is ordered again when it may have been lost. Of no value after a restart, so not persisted.</summary>
/// <param name="time">Whose monotonic clock is gone by.</param>
internal sealed class OrderWatch<T>(TimeProvider time)
    where T : class
{
    /// <summary>What was ordered and not reported on for so long is ordered again: the order, or what it began, was lost.</summary>
    private static readonly TimeSpan SilenceMeansLost = TimeSpan.FromSeconds(60);

    private T? _ordered;
    private long _heardAt;

    /// <summary>How long silence may still last; null while nothing is ordered.</summary>
    public TimeSpan? Patience => _ordered is null ? null : SilenceMeansLost - time.GetElapsedTime(_heardAt);

    /// <summary>Whether it was ordered already, however long ago.</summary>
    public bool Has(T order) => order.Equals(_ordered);

    /// <summary>Whether it is to be ordered, for the first time or again.</summary>
    public bool IsToBeOrdered(T order) => !Has(order) || Patience <= TimeSpan.Zero;

    /// <summary>It was ordered now, or heard of.</summary>
    public void Note(T order) => (_ordered, _heardAt) = (order, time.GetTimestamp());

    /// <summary>Nothing is ordered, or whoever had the order may know nothing of it.</summary>
    public void Forget() => _ordered = null;
}
