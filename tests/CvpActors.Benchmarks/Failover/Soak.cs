using System.Diagnostics;
using System.Globalization;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Failover;

/// <summary>The soak of the end-to-end tests, as long as one wants.</summary>
internal static class Soak
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var tests = Path.Combine(WorkingCopy.Root ?? throw new ArgumentsException("the working copy that this program was built from is not there"), "tests", "CvpActors.EndToEnd.Tests");
        var seed = arguments.Number("seed", Random.Shared.Next(0x10000), least: 0);
        Console.WriteLine($"seed {seed}");
        var start = new ProcessStartInfo("dotnet", ["test", tests, "--filter", "FullyQualifiedName~SoakTests", "--logger", "console;verbosity=detailed"]);
        start.Environment["CVP_SOAK_FAULTS"] = arguments.Number("faults", 200).ToString(CultureInfo.InvariantCulture);
        start.Environment["CVP_SOAK_SEED"] = seed.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? 0 : 1;
    }
}
