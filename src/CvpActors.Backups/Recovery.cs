using CvpActors.Domain.Backups;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>
/// Settles what a killed run left. A file and its manifest are two names and cannot be renamed as one, so a kill may leave a
/// file beside the manifest of another generation. Which generation a file is, is told by its bytes alone: every manifest in the
/// directory is a candidate, the one with the file's length and SHA-256 is its manifest.
/// </summary>
/// <remarks>Files are read (a second or so for a gigabyte) only when there are leftovers or a manifest does not fit.</remarks>
internal sealed class Recovery(BackupPaths paths, Disk disk)
{
    private readonly List<string> _mended = [];

    /// <summary>Leaves the two files with manifests that match their bytes, and nothing else.</summary>
    /// <returns>What was mended, one line each.</returns>
    public IReadOnlyList<string> Run()
    {
        var leftovers = paths.Transient.Where(File.Exists).ToList();
        if (leftovers.Count == 0 && Fits(paths.Current) && Fits(paths.Old) && !AreOneBackup())
        {
            return [];
        }

        var candidates = new[] { paths.Current, paths.Old, paths.Partial, paths.Previous }
            .Select(file => ManifestFile.Read(BackupNames.ManifestOf(file)))
            .OfType<BackupManifest>()
            .ToList();
        var current = Identify(paths.Current, candidates);
        var old = Identify(paths.Old, candidates);

        // A dump that was not published is nobody's; on a full disk its bytes are what the rest needs.
        DeleteThere(paths.PartialAndSideFiles);
        if (PutBack(current, old, candidates) is { } former)
        {
            old = former;
        }
        else if (old is not null && old == current)
        {
            disk.Delete(paths.Old);
            old = null;
            _mended.Add($"removed {paths.Old}: it was generation {current.Generation} under a second name, as a first backup has it while the second one is made");
        }

        // Bytes and manifests agree from here on, so the leftovers may go.
        Describe(paths.Current, current);
        Describe(paths.Old, old);
        DeleteThere(paths.Transient);
        disk.FlushFolder(paths.Directory);
        _mended.AddRange(leftovers.Select(file => $"removed {file}, left by a run that was cut short"));
        return _mended;
    }

    // Published or not: after the publication current and old are different generations and the former old is no longer needed.
    // Before it they are the same one (or old is broken), and the former old takes its place again.
    private BackupManifest? PutBack(BackupManifest? current, BackupManifest? old, List<BackupManifest> candidates)
    {
        var complete = old is not null && old.Generation != current?.Generation;
        if (complete || Identify(paths.Previous, candidates) is not { } former)
        {
            return null;
        }

        disk.Rename(paths.Previous, paths.Old);
        _mended.Add($"put generation {former.Generation} back as {paths.Old}: the backup that had rotated it was not published");
        return former;
    }

    private void Describe(string file, BackupManifest? found)
    {
        var path = BackupNames.ManifestOf(file);
        if (found is not null && ManifestFile.Read(path) != found)
        {
            GiveManifest(path, found);
            _mended.Add($"completed the manifest of {file}: it is generation {found.Generation}");
        }
        else if (found is null && File.Exists(file))
        {
            _mended.Add($"{file} does not match any manifest and is not a valid backup; the next backup replaces it");
        }
        else if (!File.Exists(file) && File.Exists(path))
        {
            disk.Delete(path);
            _mended.Add($"removed {path}: its backup file is gone");
        }
    }

    // The manifest is there, under the name that the run gave it: renaming it needs no room.
    private void GiveManifest(string path, BackupManifest found)
    {
        if (new[] { paths.Partial, paths.Previous }.Select(BackupNames.ManifestOf).FirstOrDefault(waiting => ManifestFile.Read(waiting) == found) is { } waiting)
        {
            disk.Rename(waiting, path);
        }
        else
        {
            ManifestFile.Write(path, found, disk);
        }
    }

    private void DeleteThere(IEnumerable<string> files)
    {
        foreach (var file in files.Where(File.Exists).ToList())
        {
            disk.Delete(file);
        }
    }

    /// <summary>Two names of one backup are no two backups: of the second backup nothing came, so the first is the only one, as it was.</summary>
    private bool AreOneBackup() =>
        ManifestFile.Read(BackupNames.ManifestOf(paths.Old)) is { } old && old == ManifestFile.Read(BackupNames.ManifestOf(paths.Current));

    private static BackupManifest? Identify(string file, List<BackupManifest> candidates)
    {
        var length = File.Exists(file) ? new FileInfo(file).Length : -1;
        if (!candidates.Any(c => c.Bytes == length))
        {
            return null;
        }

        // Backups of a database that did not change are equal to the byte: of manifests that fit, a file's own one is right.
        var own = ManifestFile.Read(BackupNames.ManifestOf(file));
        var sha256 = Sha256File.Compute(file, CancellationToken.None);
        return candidates.OrderByDescending(c => c == own).FirstOrDefault(c => c.Bytes == length && c.Sha256 == sha256);
    }

    private static bool Fits(string file)
    {
        var manifest = BackupNames.ManifestOf(file);
        return File.Exists(file)
            ? ManifestFile.Read(manifest)?.Bytes == new FileInfo(file).Length
            : !File.Exists(manifest);
    }
}
