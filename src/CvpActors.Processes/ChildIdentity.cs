using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CvpActors.Processes;

/// <summary>
/// Which process is meant, for good: numbers of processes are used again, so when it started belongs to it. On Linux that is counted from
/// the start of the machine, which no clock that is set can change.
/// </summary>
/// <param name="ProcessId">The leader's number, which is that of its group.</param>
/// <param name="Started">When it started, in the system's own words.</param>
public sealed record ChildIdentity(int ProcessId, string Started)
{
    /// <summary>After the name in brackets, which may hold anything, comes the state as field 3; the start time is field 22.</summary>
    private const int FieldsBeforeState = 3;
    private const int StartTimeField = 22;

    /// <summary>The identity of a process that runs now; null when none of that number does.</summary>
    public static ChildIdentity? Of(int processId) => StartOf(processId) is { } started ? new ChildIdentity(processId, started) : null;

    /// <summary>Whether that very process still runs.</summary>
    public bool IsAlive => StartOf(ProcessId) == Started;

    private static string? StartOf(int processId) => OperatingSystem.IsLinux() ? StartOnLinux(processId) : StartElsewhere(processId);

    private static string? StartOnLinux(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

            // A zombie has ended: only its number is left, until its parent has asked for it.
            return fields[0] is "Z" or "X" ? null : $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{fields[StartTimeField - FieldsBeforeState]}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? StartElsewhere(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
