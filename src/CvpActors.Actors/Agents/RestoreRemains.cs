using CvpActors.Domain.Agents;
using CvpActors.Domain.Ports;

namespace CvpActors.Actors.Agents;

/// <summary>What a restore that was killed has left: found by its note, and removed by the next start or the next restore.</summary>
internal static class RestoreRemains
{
    /// <summary>Removes it; called while nothing runs.</summary>
    /// <returns>What was removed, one line each.</returns>
    /// <exception cref="ReportingDatabaseException">The engine cannot look now; the note stays for the next time.</exception>
    public static async Task<IReadOnlyList<string>> TidyUpAsync(MaintainedDatabase database, CancellationToken cancellation)
    {
        if (database is not { Shelf: { Unfinished: { } target } shelf })
        {
            return [];
        }

        var removed = database.Restorer is { } restorer ? await restorer.TidyUpAsync(target, cancellation) : [];
        shelf.End();
        return [.. removed, $"a restore to {target} had been cut short"];
    }
}
