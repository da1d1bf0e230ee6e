namespace CvpActors.Domain.Maintenance;

/// <summary>
/// The time in which a scheduled run that is blocked or fails is tried again (rule 4).
/// Tries fall on <c>DueAt + k * Interval</c>; the one on the deadline counts and is the last (rule 5).
/// </summary>
/// <param name="DueAt">The scheduled moment that opened the window, UTC.</param>
/// <param name="Deadline">The last moment for a try, UTC.</param>
/// <param name="Interval">Time between two tries, as it was when the window was opened: a changed policy leaves an open window alone.</param>
public sealed record RetryWindow(DateTimeOffset DueAt, DateTimeOffset Deadline, TimeSpan Interval)
{
    /// <summary>When the next try is, UTC; null while a run of this window is under way.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Tries so far, the first included.</summary>
    public int Tries { get; init; }

    /// <summary>Tries after the first.</summary>
    public int Retries => Math.Max(0, Tries - 1);

    /// <summary>What stood in the way of the latest try, or null.</summary>
    public string? BlockedBy { get; init; }

    /// <summary>The next try on the window's grid after <paramref name="now"/>, or null when the deadline comes first.</summary>
    public DateTimeOffset? NextTryAfter(DateTimeOffset now)
    {
        if (now < DueAt)
        {
            return DueAt;
        }

        var elapsedIntervals = (now - DueAt).Ticks / Interval.Ticks;
        var next = DueAt + TimeSpan.FromTicks((elapsedIntervals + 1) * Interval.Ticks);
        return next <= Deadline ? next : null;
    }
}
