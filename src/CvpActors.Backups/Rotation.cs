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
/// A kill between any two steps is settled by <see cref="Recovery"/>.
/// </remarks>
/// <param name="paths">The directory's names.</param>
/// <param name="link">Makes a hard link, or says false where there are none.</param>
/// <param name="reached">Told after each step, for tests that look at the directory there.</param>
internal sealed class Rotation(BackupPaths paths, Func<string, string, bool> link, Action<string> reached)
{
    /// <summary>Gives the last backup the name <c>.old</c> as well.</summary>
    /// <param name="last">The manifest of <c>cvp_backup_data</c>.</param>
    /// <exception cref="IOException">A step failed; <see cref="Undo"/> takes back those before it.</exception>
    public void Rotate(BackupManifest last)
    {
        SetAsideOld();
        if (!link(paths.Current, paths.Next))
        {
            File.Copy(paths.Current, paths.Next);
            DurableFile.FlushBytes(paths.Next);
        }

        reached("the last backup is on its way");
        File.Move(paths.Next, paths.Old, overwrite: true);
        reached("the last backup is named old");
        ManifestFile.Write(BackupNames.ManifestOf(paths.Old), last);
        reached("the old manifest is written");
    }

    /// <summary>Makes <c>.old</c> what it was before the rotation; when there was none, the last backup keeps both names.</summary>
    /// <exception cref="IOException">It could not; <see cref="Recovery"/> does it at the next start.</exception>
    public void Undo()
    {
        File.Delete(paths.Next);
        if (!File.Exists(paths.Previous))
        {
            return;
        }

        File.Move(paths.Previous, paths.Old, overwrite: true);
        reached("the former old is back");
        if (File.Exists(BackupNames.ManifestOf(paths.Previous)))
        {
            File.Move(BackupNames.ManifestOf(paths.Previous), BackupNames.ManifestOf(paths.Old), overwrite: true);
        }

        DirectorySync.Flush(paths.Directory);
    }

    /// <summary>Lets go of what <c>.old</c> was, once the new backup is published.</summary>
    public void Forget()
    {
        File.Delete(paths.Previous);
        reached("the former old is gone");
        File.Delete(BackupNames.ManifestOf(paths.Previous));
    }

    private void SetAsideOld()
    {
        if (!File.Exists(paths.Old))
        {
            return;
        }

        // The manifest first: a file that was set aside is put back only with a manifest that matches its bytes.
        if (ManifestFile.Read(BackupNames.ManifestOf(paths.Old)) is { } manifest)
        {
            ManifestFile.Write(BackupNames.ManifestOf(paths.Previous), manifest);
        }

        reached("the old manifest is set aside");
        if (!link(paths.Old, paths.Previous))
        {
            File.Move(paths.Old, paths.Previous);
        }

        reached("the old backup is set aside");
    }
}
