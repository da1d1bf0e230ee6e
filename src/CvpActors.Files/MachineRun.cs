using System.Diagnostics;
using System.Globalization;

namespace CvpActors.Files;

/// <summary>This run of the machine, from its start to its end: as long as it lasts, what was written is there, flushed or not.</summary>
public static class MachineRun
{
    private const string LinuxId = "/proc/sys/kernel/random/boot_id";
    private const string LinuxUptime = "/proc/uptime";

    private static readonly long ProcessStart = TimeProvider.System.GetTimestamp();

    /// <summary>Different after each start of the machine. Where the system tells none, each process counts as a start of its own.</summary>
    public static string Id { get; } = File.Exists(LinuxId)
        ? File.ReadAllText(LinuxId).Trim()
        : string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Process.GetCurrentProcess().StartTime.ToUniversalTime().Ticks}");

    /// <summary>
    /// How long this run has lasted, by a clock that nobody can set, time in suspension included. Where the system tells none, it is counted
    /// from this class's first use in the process.
    /// </summary>
    /// <exception cref="IOException">The system's file cannot be read.</exception>
    public static TimeSpan Uptime() => File.Exists(LinuxUptime)
        ? TimeSpan.FromSeconds(double.Parse(File.ReadAllText(LinuxUptime).Split(' ')[0], CultureInfo.InvariantCulture))
        : TimeProvider.System.GetElapsedTime(ProcessStart);
}
