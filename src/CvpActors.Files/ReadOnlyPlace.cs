using System.Runtime.InteropServices;

namespace CvpActors.Files;

/// <summary>Whether anybody at all can write to a file.</summary>
public static partial class ReadOnlyPlace
{
    private const int MayWrite = 2;
    private const int ReadOnlyFileSystem = 30;
    private const string Mounts = "/proc/self/mountinfo";

    /// <summary>File systems that one machine has for itself; on others a second one may write while it is mounted read-only here.</summary>
    private static readonly HashSet<string> OfOneMachine =
        new(StringComparer.Ordinal) { "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "squashfs", "erofs", "iso9660", "udf", "vfat", "exfat", "tmpfs" };

    /// <summary>Whether the path lies on a mount that is read-only for this process; false where the system does not tell.</summary>
    public static bool IsMountedReadOnly(string path) =>
        OperatingSystem.IsLinux() && Access(path, MayWrite) != 0 && Marshal.GetLastPInvokeError() == ReadOnlyFileSystem;

    /// <summary>
    /// Whether it is proven that nobody writes to the file while it is mounted like this: the whole file system is read-only, not only
    /// this mount of it, and it is no other machine's.
    /// </summary>
    public static bool NobodyCanWrite(string path)
    {
        if (!IsMountedReadOnly(path))
        {
            return false;
        }

        try
        {
            return SaysSo(File.ReadAllLines(Mounts), PlaceIdentity.Resolve(path));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // id parent major:minor root MOUNTPOINT options … - TYPE source SUPEROPTIONS. Of nested mounts the longest is the file's, of equal ones the last.
    internal static bool SaysSo(IEnumerable<string> mounts, string resolved)
    {
        var best = (Length: -1, ReadOnly: false);
        foreach (var fields in mounts.Select(line => line.Split(' ')))
        {
            var separator = Array.IndexOf(fields, "-");
            if (separator < 6 || fields.Length < separator + 4)
            {
                continue;
            }

            var point = Unescape(fields[4]);
            var prefix = point.EndsWith('/') ? point : point + "/";
            if (prefix.Length >= best.Length && (resolved + "/").StartsWith(prefix, StringComparison.Ordinal))
            {
                best = (prefix.Length, OfOneMachine.Contains(fields[separator + 1]) && fields[separator + 3].Split(',').Contains("ro"));
            }
        }

        return best.ReadOnly;
    }

    private static string Unescape(string field) => field
        .Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
        .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
