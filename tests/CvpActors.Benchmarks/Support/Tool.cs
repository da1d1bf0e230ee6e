using System.ComponentModel;
using System.Diagnostics;

namespace CvpActors.Benchmarks.Support;

/// <summary>How one run of a program went.</summary>
/// <param name="Elapsed">From its start to its end.</param>
/// <param name="PeakBytes">The most memory it had resident, looked at every few milliseconds.</param>
/// <param name="TimedOut">Whether it was stopped because its time was up.</param>
/// <param name="Output">What it said.</param>
internal sealed record ToolRun(TimeSpan Elapsed, long PeakBytes, bool TimedOut, string Output);

/// <summary>Runs the peer's programs.</summary>
internal static class Tool
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs a program to its end, or kills it when its time is up.</summary>
    /// <exception cref="MeasurementException">It is not installed, or it failed.</exception>
    public static async Task<ToolRun> RunAsync(TimeSpan atMost, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        using var process = Begin(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var ended = process.WaitForExitAsync();
        long peak = 0;
        var timedOut = false;
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, Machine.PeakBytes(process.Id) ?? 0);
            if (time.GetElapsedTime(started) > atMost)
            {
                timedOut = true;
                process.Kill();
                await ended;
                break;
            }

            await Task.WhenAny(ended, Task.Delay(LookEvery, time));
        }

        var elapsed = time.GetElapsedTime(started);
        return timedOut || process.ExitCode == 0
            ? new ToolRun(elapsed, peak, timedOut, await output)
            : throw new MeasurementException($"{program} {string.Join(' ', arguments)} failed: {(await error).Trim()}");
    }

    /// <summary>Runs a program that is not measured.</summary>
    public static Task<ToolRun> RunAsync(string program, params string[] arguments) => RunAsync(TimeSpan.FromHours(1), program, arguments);

    /// <summary>Waits until nothing waits to be written to the disk, so that no run pays for what was before it.</summary>
    public static Task SettleAsync() => RunAsync("sync");

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception cause)
        {
            throw new MeasurementException($"{start.FileName} cannot be started: {cause.Message}; install it and run this again");
        }
    }
}
