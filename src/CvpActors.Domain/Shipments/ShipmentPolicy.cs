using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Shipments;

/// <summary>The rules for one database's shipments to one remote, as configured.</summary>
/// <param name="Database">The database's id.</param>
/// <param name="Remote">The remote's name.</param>
/// <param name="OverdueAfter">How long the remote may be without a newly verified generation; null when the configuration no longer names it.</param>
public sealed record ShipmentPolicy(string Database, string Remote, TimeSpan? OverdueAfter)
{
    /// <summary>After a first failure it is tried again this soon; after each further one in a row twice as late.</summary>
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(10);

    /// <summary>It is never tried less often than this: a remote that is back after a day is found soon, and asking costs little.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(10);

    /// <summary>The rules that a database's configuration gives for <paramref name="remote"/>.</summary>
    public static ShipmentPolicy Of(string database, string remote, OffsiteDefinition? offsite) =>
        new(database, remote, offsite is not null && offsite.Remotes.Contains(remote) ? offsite.OverdueAfter : null);

    /// <summary>How long to wait after so many failures in a row, at least one.</summary>
    public static TimeSpan Backoff(int failures)
    {
        var backoff = FirstBackoff;
        for (var failure = 1; failure < failures && backoff < LongestBackoff; failure++)
        {
            backoff *= 2;
        }

        return backoff < LongestBackoff ? backoff : LongestBackoff;
    }
}

/// <summary>What a decision may look at besides state and policy.</summary>
/// <param name="Now">The time, UTC.</param>
/// <param name="AgentIsPresent">Whether an order would reach the agent.</param>
public readonly record struct ShipmentContext(DateTimeOffset Now, bool AgentIsPresent);
