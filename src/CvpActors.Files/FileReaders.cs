using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace CvpActors.Files;

/// <summary>Who may read a file that was made from another one: nobody who may not read that one.</summary>
/// <remarks>Access control lists beyond owner, group and mode are not looked at; Windows inherits its own from the folder.</remarks>
public static partial class FileReaders
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.OtherRead;
    private const uint Unchanged = uint.MaxValue;

    /// <summary>
    /// From here on what this process makes, and what its children make, is its user's alone: files 0600, folders 0700. What is
    /// to be read by others is opened to them afterwards.
    /// </summary>
    public static void KeepNewFilesPrivate()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Umask(0b000_111_111);
        }
    }

    /// <summary>Makes an empty file that only its owner can read, so that what is written into it never was anybody else's.</summary>
    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    public static FileStream CreatePrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    /// <summary>
    /// Gives <paramref name="path"/> the owner and the group of <paramref name="original"/>, as far as this process may, and lets
    /// read it who can read the original: by its mode, and by the folders above it. Its owner may always read and write it.
    /// </summary>
    /// <param name="path">The file, which is private until now.</param>
    /// <param name="original">What it was made from; null when that is no file: then its owner alone may read it.</param>
    /// <exception cref="IOException">It could not be done.</exception>
    public static void LimitToThoseOf(string path, string? original)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(path, OwnerOnly);
        if (original is not null && FileStatus.TryRead(original) is { } from)
        {
            if (Chown(path, from.Owner, from.Group) != 0)
            {
                _ = Chown(path, Unchanged, from.Group);
            }

            var sameGroup = FileStatus.TryRead(path)?.Group == from.Group;
            File.SetUnixFileMode(path, Readers(original, from, sameGroup) | OwnerOnly);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode Readers(string original, FileStatus from, bool sameGroup)
    {
        var readers = from.Mode & (UnixFileMode.GroupRead | Others);
        for (var folder = Path.GetDirectoryName(PlaceIdentity.Resolve(original)); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (FileStatus.TryRead(folder) is not { } above)
            {
                return default;
            }

            var othersEnter = above.Mode.HasFlag(UnixFileMode.OtherExecute);
            var groupEnters = above.Group == from.Group ? above.Mode.HasFlag(UnixFileMode.GroupExecute) : othersEnter;
            readers &= ~((othersEnter ? 0 : Others) | (groupEnters ? 0 : UnixFileMode.GroupRead));
        }

        if (!sameGroup)
        {
            // Whoever is shut out as one of the original's group would be one of the others here.
            readers &= readers.HasFlag(UnixFileMode.GroupRead) ? Others : 0;
        }

        return readers;
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint owner, uint group);
}
