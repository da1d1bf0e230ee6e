using CvpActors.Domain.Agents;
using CvpActors.Domain.Purges;

namespace CvpActors.Actors.Agents;

/// <summary>How far a database has been purged, by all who know of it, and what of that can be done again.</summary>
/// <param name="Known">How far, by category.</param>
/// <param name="Lost">Why rows of some categories cannot be purged again, for a person; null when all can.</param>
internal sealed record RestorePurges(PurgedUpTo Known, string? Lost)
{
    /// <summary>By what the coordinator and this machine have on record.</summary>
    /// <exception cref="IOException">The record of this machine cannot be read.</exception>
    public static RestorePurges Of(MaintainedDatabase database, PurgedUpTo? told)
    {
        var known = (told ?? PurgedUpTo.Nothing).With(database.PurgeRecord?.Load());
        var configured = database.Plan.Categories.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var lost = known.Categories.Where(c => !configured.Contains(c.Category)).Select(c => c.Category).ToList();
        return new RestorePurges(
            new PurgedUpTo([.. known.Categories.Where(c => configured.Contains(c.Category))]),
            lost.Count == 0 ? null : $"what was purged of {string.Join(", ", lost)} is there again, since the configuration has no such category any more");
    }

    /// <summary>Whether there is anything to be purged again.</summary>
    public bool IsNeeded => !Known.IsNothing;
}
