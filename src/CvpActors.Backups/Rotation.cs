using CvpActors.Domain.Backups;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>
/// Rule 1: when a backup launches, the last backup first becomes <c>cvp_backup_data.old</c>. The whole of it takes constant
/// time: names are linked and renamed, no byte is read. That the last backup is still what its manifest says is therefore not
/// checked here; <see cref="BackupFileSet"/> does so before it rotates.
/// </summary>
/// <remarks>
/// <c>cvp_backup_data</c> keeps its name until the new backup is renamed over it, so it is whole at every moment of a rotation.
/// What <c>.old</c> was is kept aside as <c>.old.previous</c> until then: a backup that fails leaves both files as they were.
/// A file system without hard links copies instead, and there <c>.old</c> is briefly absent.
/// A kill between any two steps, or a power cut that keeps only what was flushed, is settled by <see cref="Recovery"/>. A rotation is one run's:
/// it takes back what it did itself and nothing else.
/// </remarks>
/// <param name="paths">The directory's names.</param>
/// <param name="disk">Does the steps.</param>
/// <param name="reached">Told after each step, for tests that look at the directory there.</param>
internal sealed class Rotation(BackupPaths paths, Disk disk, Action<string> reached)
{
    private bool _hadOld;

    /// <summary>Whether there is anything to take back.</summary>
    public bool Begun { get; private set; }

    /// <summary>Gives the last backup the name <c>.old</c> as well.</summary>
    /// <param name="last">The manifest of <c>cvp_backup_data</c>.</param>
    /// <exception cref="IOException">A step failed; <see cref="Undo"/> takes back those before it.</exception>
    public void Rotate(BackupManifest last)
    {
        Begun = true;
        SetAsideOld();
        if (!disk.TryLink(paths.Current, paths.Next))
        {
            disk.Copy(paths.Current, paths.Next);
            disk.FlushBytes(paths.Next);
        }

        reached("the last backup is on its way");
        disk.Rename(paths.Next, paths.Old);
        reached("the last backup is named old");
        ManifestFile.Write(BackupNames.ManifestOf(paths.Old), last, disk);
        FileReaders.LimitToThoseOf(BackupNames.ManifestOf(paths.Old), paths.Old);
        reached("the old manifest is written");
    }

    /// <summary>Makes <c>.old</c> what it was before this rotation; when there was none, there is none again.</summary>
    /// <exception cref="IOException">It could not; <see cref="Recovery"/> does it at the next start.</exception>
    public void Undo()
    {
        disk.Delete(paths.Next);
        if (!_hadOld)
        {
            disk.Delete(paths.Old);
            disk.Delete(BackupNames.ManifestOf(paths.Old));
        }
        else if (File.Exists(paths.Previous))
        {
            disk.Rename(paths.Previous, paths.Old);
            reached("the former old is back");
            if (File.Exists(BackupNames.ManifestOf(paths.Previous)))
            {
                disk.Rename(BackupNames.ManifestOf(paths.Previous), BackupNames.ManifestOf(paths.Old));
            }
        }

        disk.FlushFolder(paths.Directory);
    }

    /// <summary>Lets go of what <c>.old</c> was, once the new backup is published.</summary>
    public void Forget()
    {
        disk.Delete(paths.Previous);
        reached("the former old is gone");
        disk.Delete(BackupNames.ManifestOf(paths.Previous));
    }

    private void SetAsideOld()
    {
        _hadOld = File.Exists(paths.Old);
        if (!_hadOld)
        {
            return;
        }

        // The manifest first: a file that was set aside is put back only with a manifest that matches its bytes.
        if (ManifestFile.Read(BackupNames.ManifestOf(paths.Old)) is { } manifest)
        {
            ManifestFile.Write(BackupNames.ManifestOf(paths.Previous), manifest, disk);
        }

        reached("the old manifest is set aside");
        if (!disk.TryLink(paths.Old, paths.Previous))
        {
            disk.Rename(paths.Old, paths.Previous);
        }

        // What is set aside is durable before another file gets the name.
        disk.FlushFolder(paths.Directory);

        reached("the old backup is set aside");
    }
}
