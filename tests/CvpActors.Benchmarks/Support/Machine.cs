namespace CvpActors.Benchmarks.Support;

/// <summary>What else the reader must know to judge the figures.</summary>
internal static class Machine
{
    /// <summary>Prints the machine and its load; a benchmark prints it before and after.</summary>
    public static void Describe(string moment) => Console.WriteLine(
        $"{moment}: {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z, {Environment.ProcessorCount} cores, "
        + $"load {string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3))} (1, 5, 15 minutes)");

    /// <summary>The most memory that a process has had resident, in bytes; null when it has ended.</summary>
    public static long? PeakBytes(int process) => Status(process, "VmHWM:");

    /// <summary>The memory that a process has resident, in bytes; null when it has ended.</summary>
    public static long? ResidentBytes(int process) => Status(process, "VmRSS:");

    private static long? Status(int process, string key)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
            return line is null ? null : 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
