using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>What the manifests in a backup directory say, as far as they are this database's, and what the node remembers beside them.</summary>
internal sealed class KnownBackups(string database, BackupPaths paths, BackupHistoryFile? history, Action<string> notice)
{
    /// <summary>A file's manifest; null when there is no file of its length, or it is another database's.</summary>
    public BackupManifest? Describe(string file) =>
        File.Exists(file) && ManifestFile.Read(BackupNames.ManifestOf(file)) is { } manifest && manifest.Bytes == new FileInfo(file).Length && Owns(manifest)
            ? manifest
            : null;

    /// <exception cref="BackupFailedException">The directory has a backup of another database, which nothing here may rotate, mend or remove.</exception>
    public void RefuseAnothers()
    {
        if (Manifests.FirstOrDefault(manifest => !Owns(manifest)) is { } foreign)
        {
            throw new BackupFailedException(
                $"{paths.Directory} holds a backup of \"{foreign.Database}\" (generation {foreign.Generation}), and nothing of it is touched; "
                + $"allowed: another directory for \"{database}\", or, if these backups are to be this database's from now on, an empty file {BackupPlace.AdoptName} in it");
        }
    }

    /// <summary>Higher than any that is known, here or elsewhere.</summary>
    public long NextGeneration() => 1 + Math.Max(history?.Read()?.Generation ?? 0, HighestGeneration);

    /// <summary>Keeps what is in the directory where it is known without the directory.</summary>
    public void Remember()
    {
        if (history is null || HighestGeneration is not (> 0 and var highest))
        {
            return;
        }

        try
        {
            history.Keep(new BackupHistory(highest, PlaceIdentity.Resolve(paths.Directory)));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            notice($"generation {highest} could not be remembered: {cause.Message}; the next run does");
        }
    }

    private IEnumerable<BackupManifest> Manifests => ManifestFile.ReadBoth(paths.Directory);

    private long HighestGeneration => Manifests.Select(manifest => manifest.Generation).DefaultIfEmpty(0).Max();

    private bool Owns(BackupManifest manifest) =>
        manifest.Database == database
        || (OwnerMarkFile.Read(OwnerMarkFile.In(paths.Directory)) is { } mark && mark.Database == database && mark.Owns(manifest.Database));
}
