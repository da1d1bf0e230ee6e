using System.Runtime.InteropServices;

namespace CvpActors.Files;

/// <summary>What the system knows of a file or folder beside its bytes; symbolic links are followed.</summary>
/// <param name="Identity">Device and inode: equal for all names of one file.</param>
/// <param name="Owner">The owner's number.</param>
/// <param name="Group">The group's number.</param>
/// <param name="Mode">Who may do what.</param>
public sealed partial record FileStatus(string Identity, uint Owner, uint Group, UnixFileMode Mode)
{
    /// <summary>The device: equal for all files of one file system.</summary>
    public string Device => Identity[..Identity.LastIndexOf(':')];

    private const int CurrentDirectory = -100;
    private const uint BasicStatus = 0x7ff;
    private const int PermissionBits = 0xfff;

    /// <summary>Null where there is no such file, and on systems other than Linux.</summary>
    public static FileStatus? TryRead(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return Statx(CurrentDirectory, path, 0, BasicStatus, out var found) == 0
                ? new FileStatus(
                    FormattableString.Invariant($"{found.DeviceMajor}:{found.DeviceMinor}:{found.Inode}"),
                    found.Owner, found.Group, (UnixFileMode)(found.Mode & PermissionBits))
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out Found found);

    // The kernel's struct statx, which is the same on all processors.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Found
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
