using System.Runtime.InteropServices;

namespace CvpActors.Files;

/// <summary>What a path names, whatever it is called: device and inode.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file in it.</param>
public sealed partial record FileIdentity(ulong Device, ulong Inode)
{
    private const int CurrentDirectory = -100;
    private const uint WantInode = 0x100;

    /// <summary>The identity of the file that a path names now, through links.</summary>
    /// <returns>Null where there is no such file, and on systems that are not Linux: there is nothing to compare then.</returns>
    public static FileIdentity? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        return Statx(CurrentDirectory, path, 0, WantInode, out var found) == 0
            ? new FileIdentity(((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.Inode)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Found found);

    // The kernel's struct statx, which is the same on every architecture, unlike struct stat.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Found
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
