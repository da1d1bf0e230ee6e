using System.Diagnostics;
using System.Globalization;

namespace CvpActors.Shipping.Vault;

/// <summary>This run of the machine, from its start to its end: as long as it lasts, what was written is there, flushed or not.</summary>
internal static class MachineRun
{
    private const string LinuxFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>Different after each start of the machine. Where the system tells none, each process counts as a start of its own.</summary>
    public static string Id { get; } = File.Exists(LinuxFile)
        ? File.ReadAllText(LinuxFile).Trim()
        : string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Process.GetCurrentProcess().StartTime.ToUniversalTime().Ticks}");
}
