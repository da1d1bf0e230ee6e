using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CvpActors.Benchmarks.Support;

/// <summary>What a process can be told, by Linux's numbers.</summary>
internal enum Signal
{
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>Signals, which .NET has no call for; sent by a system call, since starting a program for each would be measured too.</summary>
internal static partial class Signals
{
    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal to a process that this program has started; one that has ended is left alone.</summary>
    /// <exception cref="MeasurementException">The system refused.</exception>
    public static void Send(int process, Signal signal)
    {
        if (Kill(process, (int)signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
        {
            throw new MeasurementException($"process {process} cannot be sent {signal}: {new Win32Exception(error).Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
