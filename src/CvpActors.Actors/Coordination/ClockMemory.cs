namespace CvpActors.Actors.Coordination;

/// <summary>Remembers what the clock showed at the last look: by the monotonic clock it is known what it has to show at least at the next.</summary>
/// <param name="time">The clock.</param>
/// <param name="atLeast">What it has to show at the first look; null when it was never read before.</param>
internal sealed class ClockMemory(TimeProvider time, DateTimeOffset? atLeast)
{
    private DateTimeOffset? _shown = atLeast;
    private long _at = time.GetTimestamp();

    /// <summary>Takes a look.</summary>
    /// <returns>What it shows, and what it had to show at least.</returns>
    public (DateTimeOffset Now, DateTimeOffset? AtLeast) Look()
    {
        var expected = _shown + time.GetElapsedTime(_at);
        (_shown, _at) = (time.GetUtcNow(), time.GetTimestamp());
        return (_shown.Value, expected);
    }
}
