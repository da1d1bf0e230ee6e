using System.Diagnostics;
using System.Reflection;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>The built cvpctl as a process.</summary>
internal static class Cvpctl
{
    public static string Program { get; } = Path.Combine(
        typeof(Cvpctl).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "CliDirectory").Value!, "cvpctl");

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string workingDirectory, params string[] arguments)
    {
        using var process = Start(workingDirectory, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts it and lets it run.</summary>
    public static Process Start(string workingDirectory, params string[] arguments) => Process.Start(
        new ProcessStartInfo(Program, arguments) { WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true })!;
}
