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
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Sends a signal to a process that this program has started; one that has ended is left alone. Returns from <see cref="Signal.Stop"/> when
    /// no thread of it goes on: on a busy machine the others may still give answers while the one that got the signal waits for its turn.
    /// </summary>
    /// <exception cref="MeasurementException">The system refused, or a process that was told to stop went on.</exception>
    public static void Send(int process, Signal signal)
    {
        if (Kill(process, (int)signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
        {
            throw new MeasurementException($"process {process} cannot be sent {signal}: {new Win32Exception(error).Message}");
        }

        if (signal == Signal.Stop && !SpinWait.SpinUntil(() => IsStopped(process), StopsWithin))
        {
            throw new MeasurementException($"process {process} was told to stop and went on");
        }
    }

    private static bool IsStopped(int process)
    {
        try
        {
            // "TID (NAME) STATE ...", and a name may have a parenthesis in it.
            return Directory.EnumerateDirectories($"/proc/{process}/task").Select(thread => File.ReadAllText($"{thread}/stat")).All(line => line[line.LastIndexOf(')') + 2] == 'T');
        }
        catch (IOException)
        {
            // A thread that ended between being listed and being read.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
