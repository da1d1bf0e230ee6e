using CvpActors.Actors.Coordination;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>
/// What is allowed and yet unwise: a schedule that falls due again while its own retry window is open renews the window, so
/// an operation that keeps failing never gives up and nobody is told.
/// </summary>
internal static class ScheduleAdvice
{
    private const int DueMomentsLookedAt = 20;

    /// <summary>One sentence for each operation whose window is not shorter than the time between two of its runs.</summary>
    public static IEnumerable<string> For(NodeSettings settings, DateTimeOffset now) =>
        from database in settings.Databases
        let policy = PolicyReader.Read(database.Definition)
        from operation in new[] { ("backup", policy.Backup), ("purge", policy.Purge) }
        let shortest = ShortestGap(operation.Item2, now)
        where shortest <= operation.Item2.Retry.Window
        select $"{database.KeyPath}.{operation.Item1}.schedule falls due every {InWords.Of(shortest.Value)}, inside its own retry window of {InWords.Of(operation.Item2.Retry.Window)}: "
            + "while it keeps failing the window is renewed and no alert is raised; make the window shorter or the schedule less frequent";

    private static TimeSpan? ShortestGap(OperationPolicy policy, DateTimeOffset now)
    {
        TimeSpan? shortest = null;
        var due = policy.Schedule?.NextAfter(now);
        for (var i = 0; i < DueMomentsLookedAt && due is { } last && policy.Schedule?.NextAfter(last) is { } next; i++)
        {
            var gap = next - last;
            shortest = shortest < gap ? shortest : gap;
            due = next;
        }

        return shortest;
    }
}
