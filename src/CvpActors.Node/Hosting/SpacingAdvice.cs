using CvpActors.Actors.Coordination;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>
/// What is allowed and yet unwise: a backup that falls due soon after a purge. The two never overlap, but a backup that waits for its lock is
/// blocked, tried again, and made at another hour than the administrator thinks.
/// </summary>
internal static class SpacingAdvice
{
    private const int PurgesLookedAt = 40;

    /// <summary>One sentence for each database whose backup is due sooner after its purge than its engine's guide wants.</summary>
    public static IEnumerable<string> For(NodeSettings settings, DateTimeOffset now) =>
        from database in settings.Databases
        let policy = PolicyReader.Read(database.Definition)
        let shortest = Shortest(policy, now)
        where shortest < database.Engine.BackupAfterPurge
        select $"{database.KeyPath}.backup.schedule falls due {InWords.Of(shortest.Value)} after the purge: the guide for {database.Definition.Engine} wants at least "
            + $"{InWords.Of(database.Engine.BackupAfterPurge)} between the two; begin the backup later, or the purge earlier";

    /// <summary>The shortest time from a purge's due moment to the next backup's; null where one of them has no schedule.</summary>
    private static TimeSpan? Shortest(DatabasePolicy policy, DateTimeOffset now)
    {
        TimeSpan? shortest = null;
        var purge = policy.Purge.Schedule?.NextAfter(now);
        for (var i = 0; i < PurgesLookedAt && purge is { } due && policy.Backup.Schedule?.NextAfter(due.AddTicks(-1)) is { } backup; i++)
        {
            shortest = shortest < backup - due ? shortest : backup - due;
            purge = policy.Purge.Schedule!.NextAfter(due);
        }

        return shortest;
    }
}
