using System.Runtime.InteropServices;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>Signals, leases and mounts, which .NET has no call for.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int WriteLease = 1;
    private const int UrgentData = 23;

    public static void Signal(int processId, int signal) => Check(Kill(processId, signal), $"kill -{signal} {processId}");

    /// <summary>
    /// Holds a lease on a file that nobody has open: whoever opens it meanwhile hangs in the system call (45 s at most) until
    /// the lease is given back.
    /// </summary>
    public static IDisposable LeaseFile(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var descriptor = (int)file.DangerousGetHandle();

        // Who holds a lease is told that it is wanted back by a signal, which would end the tests unless it is one that is ignored.
        Check(Control(descriptor, SetSignal, UrgentData), "fcntl(F_SETSIG)");
        Check(Control(descriptor, SetLease, WriteLease), $"fcntl(F_SETLEASE) of {path}");
        return file;
    }

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

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnmountAt(string target, int flags);
}
