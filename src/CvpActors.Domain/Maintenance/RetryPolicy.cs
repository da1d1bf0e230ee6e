namespace CvpActors.Domain.Maintenance;

/// <summary>How often and for how long a scheduled run is tried again (rule 4).</summary>
/// <param name="Interval">Time between two tries; greater than zero.</param>
/// <param name="Window">Time from the due moment to the last try; not shorter than <paramref name="Interval"/>.</param>
public sealed record RetryPolicy(TimeSpan Interval, TimeSpan Window)
{
    /// <summary>Every 10 minutes for 4 hours: 24 retries.</summary>
    public static RetryPolicy Backup { get; } = new(TimeSpan.FromMinutes(10), TimeSpan.FromHours(4));

    /// <summary>Every 10 minutes for 6 hours: 36 retries.</summary>
    public static RetryPolicy Purge { get; } = new(TimeSpan.FromMinutes(10), TimeSpan.FromHours(6));

    /// <summary>How much later than its deadline the last try may still start: timers are never early but always a little late.</summary>
    public TimeSpan Grace => Interval < MaxGrace ? Interval : MaxGrace;

    private static readonly TimeSpan MaxGrace = TimeSpan.FromMinutes(1);
}
