using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Settings;

/// <summary>The section <c>policy</c>: the durations of rules 4 and 7, and how many operations run at once.</summary>
internal sealed record PolicySettings(RetryPolicy Backup, RetryPolicy Purge, TimeSpan LockMaxAge, TimeSpan RetireAfter, MaxConcurrentSettings MaxConcurrent)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromDays(3650);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public static PolicySettings Read(SettingsSection policy)
    {
        var backup = ReadRetry(policy.Section("backup"), RetryPolicy.Backup);
        var purge = ReadRetry(policy.Section("purge"), RetryPolicy.Purge);
        var locks = policy.Section("lock");
        var maxAge = locks.Duration("max-age", DatabasePolicy.DefaultLockMaxAge, TimeSpan.FromSeconds(1), Longest);
        locks.RefuseUnknownKeys();
        var maxConcurrent = MaxConcurrentSettings.Read(policy.Section("max-concurrent"));
        var retireAfter = policy.Duration("retire-after", DatabasePolicy.DefaultRetireAfter, TimeSpan.FromMinutes(1), LongestAbsence);
        policy.RefuseUnknownKeys();
        return new PolicySettings(backup, purge, maxAge, retireAfter, maxConcurrent);
    }

    private static RetryPolicy ReadRetry(SettingsSection section, RetryPolicy byDefault)
    {
        var interval = section.Duration("retry-interval", byDefault.Interval, Shortest, Longest);
        var window = section.Duration("retry-window", byDefault.Window, Shortest, Longest);
        section.RefuseUnknownKeys();
        return window >= interval
            ? new RetryPolicy(interval, window)
            : throw new SettingsException(section.KeyPath("retry-window"), $"{InWords.Of(window)} is shorter than retry-interval ({InWords.Of(interval)}); allowed: at least one interval");
    }
}
