using System.Runtime.InteropServices;

namespace CvpActors.EndToEnd.Harness;

/// <summary>Signals, pipes and mounts, which .NET has no call for.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Continue = 18;
    public const int Stop = 19;

    private const uint ReadWriteByOwner = 0x180;

    public static void Signal(int processId, int signal) => Check(Kill(processId, signal), $"kill -{signal} {processId}");

    /// <summary>A named pipe: whoever opens it to read hangs in the system call until somebody opens it to write.</summary>
    /// <returns>False when something of that name is there already.</returns>
    public static bool TryMakePipe(string path) => MakeFifo(path, ReadWriteByOwner) == 0;

    /// <summary>A small disk of its own at <paramref name="directory"/>; needs root.</summary>
    public static void MountMemory(string directory, string size) =>
        Check(Mount("tmpfs", directory, "tmpfs", 0, $"size={size}"), $"mounting a tmpfs at {directory}, which this test needs root for");

    public static void Unmount(string directory) => Check(UnmountAt(directory, 0), $"umount {directory}");

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"{what} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnmountAt(string target, int flags);
}
