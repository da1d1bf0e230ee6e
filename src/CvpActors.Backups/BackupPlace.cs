using CvpActors.Domain.Backups;
using CvpActors.Domain.Places;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>Whose a backup directory is, and whether it is the one that it is taken for.</summary>
/// <param name="directory">The directory.</param>
/// <param name="self">The database that wants it.</param>
/// <param name="history">What the node remembers of its backups.</param>
public sealed class BackupPlace(string directory, PlaceOwner self, BackupHistoryFile history)
{
    /// <summary>
    /// An empty file of this name in a backup directory is the administrator's word that the directory is this database's, whatever is in it
    /// or is not. It is removed when it has been followed.
    /// </summary>
    public const string AdoptName = "cvp_backup_data.adopt";

    private readonly string _directory = Path.GetFullPath(directory);

    private string Adopt => Path.Combine(_directory, AdoptName);

    /// <summary>Looks, and changes nothing.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public PlaceFinding Look()
    {
        var mark = OwnerMarkFile.Read(OwnerMarkFile.In(_directory));
        var manifests = ManifestFile.ReadBoth(_directory).ToList();
        var known = mark?.Database == self.Database ? self with { Formerly = mark.Formerly } : self;
        var foreign = manifests.Select(m => m.Database).Where(id => !known.Owns(id)).Distinct().ToList();
        if (File.Exists(Adopt))
        {
            List<string> former = [.. known.Formerly ?? [], .. foreign];
            return new PlaceFinding(PlaceState.Adopted, known with { Formerly = former.Count > 0 ? former : null }, null);
        }

        if (PlaceRules.IsAnothers(self, mark, IsAnother(mark?.Resource)) || foreign.Count > 0)
        {
            var owner = foreign.Count > 0 ? $"holds backups of \"{foreign[0]}\"" : $"is the backup directory of {mark!.InWords}";
            return new PlaceFinding(PlaceState.Anothers, null,
                $"{_directory} {owner}, and nothing of it is touched; allowed: another directory for \"{self.Database}\", or, if these backups are to be "
                + $"this database's from now on, an empty file {AdoptName} in it");
        }

        var hasBackups = new[] { BackupNames.Current, BackupNames.Old }.Any(name => File.Exists(Path.Combine(_directory, name))) || manifests.Count > 0;
        var remembered = history.Read() is { } last && last.Directory == PlaceIdentity.Resolve(_directory) ? last.Generation : 0;
        if (PlaceRules.LooksUnmounted(remembered, mark is not null, hasBackups))
        {
            return new PlaceFinding(PlaceState.Unmounted, null,
                $"{_directory} is empty, and generation {remembered} of \"{self.Database}\" was made there: is its volume mounted? Nothing is made in it; "
                + $"if it is meant to be empty, put an empty file {AdoptName} into it");
        }

        return new PlaceFinding(mark is null && !hasBackups ? PlaceState.New : PlaceState.Own, known, null);
    }

    /// <summary>Leaves the mark that a finding says, and remembers what is in the directory.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Settle(PlaceFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        if (finding.Mark is { } mark)
        {
            OwnerMarkFile.Write(OwnerMarkFile.In(_directory), mark);
            File.Delete(Adopt);
        }
    }

    private bool IsAnother(string? resource) =>
        resource is not null && self.Resource is { } own && File.Exists(resource) && PlaceIdentity.Of(resource) != PlaceIdentity.Of(own);
}

/// <summary>What a backup directory was found to be.</summary>
public enum PlaceState
{
    /// <summary>It has this database's mark or backups.</summary>
    Own,

    /// <summary>It is empty, and nothing says that it was not before.</summary>
    New,

    /// <summary>The administrator says that it is this database's.</summary>
    Adopted,

    /// <summary>It is another database's.</summary>
    Anothers,

    /// <summary>It is empty and should not be.</summary>
    Unmounted,
}

/// <summary>What was found.</summary>
/// <param name="State">The kind.</param>
/// <param name="Mark">The mark that it should have; null when it may not be used.</param>
/// <param name="Objection">Why it may not be used, and what would be allowed; null when it may.</param>
public sealed record PlaceFinding(PlaceState State, PlaceOwner? Mark, string? Objection);
