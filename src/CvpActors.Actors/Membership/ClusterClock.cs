namespace CvpActors.Actors.Membership;

/// <summary>
/// What time it is in the cluster: this machine's clock, set right by those of most other nodes. So a coordinator that moves to a node whose
/// clock is wrong neither shifts windows nor gives them up, and a clock that is set while it coordinates changes nothing. Timers and
/// durations are this machine's own, which no clock that is set can change. Safe for concurrent use.
/// </summary>
/// <param name="local">This machine's clock.</param>
public sealed class ClusterClock(TimeProvider local) : TimeProvider
{
    /// <summary>For so long the others are taken at their word; then this machine's clock counts again, with the last difference.</summary>
    private static readonly TimeSpan WordHolds = TimeSpan.FromSeconds(15);

    private volatile Word? _word;

    /// <summary>How far this machine's clock is ahead of most others (negative: behind); zero while they were not heard.</summary>
    public TimeSpan LocalOffset => _word is { } word ? -word.Correction : TimeSpan.Zero;

    /// <summary>Whether it shows what most clocks of the cluster show, at least three having been heard just now.</summary>
    public bool IsConfirmed => _word is { } word && local.GetElapsedTime(word.HeardAt) <= WordHolds;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => local.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => local.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => local.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        local.CreateTimer(callback, state, dueTime, period);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        if (_word is not { } word)
        {
            return local.GetUtcNow();
        }

        var since = local.GetElapsedTime(word.HeardAt);
        return since <= WordHolds ? word.Utc + since : local.GetUtcNow() + word.Correction;
    }

    /// <summary>Takes the word of most others: this machine's clock is wrong by so much.</summary>
    /// <param name="correction">What to add to it.</param>
    internal void Correct(TimeSpan correction) => _word = new Word(local.GetUtcNow() + correction, local.GetTimestamp(), correction);

    private sealed record Word(DateTimeOffset Utc, long HeardAt, TimeSpan Correction);
}
