using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CvpActors.Processes;

/// <summary>Ends a process with all that it has started.</summary>
public static partial class ProcessGroup
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);
    private static readonly ManualResetEventSlim Never = new(initialState: false);

    /// <summary>Asks the group to end, and kills what has not ended after <paramref name="patience"/>. Returns when the leader is gone, or after as long again.</summary>
    /// <returns>Whether it is gone; a process that hangs in the kernel cannot be killed.</returns>
    public static bool End(ChildIdentity leader, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(leader);
        if (patience > TimeSpan.Zero && Signal(leader, Terminate) && IsGoneWithin(leader, patience))
        {
            Signal(leader, Kill);
            return true;
        }

        Signal(leader, Kill);
        return IsGoneWithin(leader, patience > TimeSpan.Zero ? patience : TimeSpan.FromSeconds(5));
    }

    /// <summary>Kills whatever the leader has left behind; it may have ended itself.</summary>
    internal static void KillRest(int group)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SendSignal(-group, Kill);
        }
    }

    private static bool Signal(ChildIdentity leader, int signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            // To the group. Its number cannot have been given to another group while a process of it lives.
            return leader.IsAlive && SendSignal(-leader.ProcessId, signal) == 0;
        }

        try
        {
            using var process = Process.GetProcessById(leader.ProcessId);
            if (signal == Kill && leader.IsAlive)
            {
                process.Kill(entireProcessTree: true);
            }

            return signal == Kill;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    private static bool IsGoneWithin(ChildIdentity leader, TimeSpan patience)
    {
        for (var looks = patience / LookEvery; leader.IsAlive; looks--)
        {
            if (looks <= 0)
            {
                return false;
            }

            Never.Wait(LookEvery);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
