using CvpActors.Domain.Agents;

namespace CvpActors.Actors.Agents;

/// <summary>What a restore that was killed has left: found by its note, and removed by the next start or the next restore.</summary>
internal static class RestoreRemains
{
    /// <summary>Removes it; called while nothing runs.</summary>
    /// <returns>What was removed, one line each.</returns>
    public static IReadOnlyList<string> TidyUp(MaintainedDatabase database)
    {
        if (database is not { Shelf: { Unfinished: { } target } shelf })
        {
            return [];
        }

        var removed = database.Restorer?.TidyUp(target) ?? [];
        shelf.End();
        return [.. removed, $"a restore to {target} had been cut short"];
    }
}
