namespace CvpActors.Domain.Places;

/// <summary>Whether a database may use a backup directory or a file in which it finds a mark, and which. Pure.</summary>
public static class PlaceRules
{
    /// <summary>
    /// Whether the mark is another's. The id is what counts; beside it, two clusters that have no seed in common are two, and so are two
    /// databases of one id whose files both exist. A node that was alone and is now one of a cluster stays the owner; so does a database that was moved.
    /// </summary>
    /// <param name="self">Who wants the place.</param>
    /// <param name="mark">Whose mark is there; null for none.</param>
    /// <param name="marksResourceIsAnother">The file that the mark names exists and is not the one of <paramref name="self"/>.</param>
    public static bool IsAnothers(PlaceOwner self, PlaceOwner? mark, bool marksResourceIsAnother)
    {
        ArgumentNullException.ThrowIfNull(self);
        if (mark is null)
        {
            return false;
        }

        var apart = !self.Cluster.IsDefaultOrEmpty && !mark.Cluster.IsDefaultOrEmpty && !self.Cluster.Intersect(mark.Cluster).Any();
        return mark.Database != self.Database || apart || marksResourceIsAnother;
    }

    /// <summary>
    /// Whether a backup directory is most likely the folder beneath a volume that is not mounted: backups are known to have been made in
    /// it, and it has neither a backup nor a mark.
    /// </summary>
    /// <param name="knownGeneration">The highest generation that was made in this directory, as this node remembers it; 0 for none.</param>
    /// <param name="hasMark">An owner's mark is there, so it is the very directory.</param>
    /// <param name="hasBackups">A backup or a manifest is there.</param>
    public static bool LooksUnmounted(long knownGeneration, bool hasMark, bool hasBackups) => knownGeneration > 0 && !hasMark && !hasBackups;
}
