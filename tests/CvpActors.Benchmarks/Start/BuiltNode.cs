using System.Diagnostics;
using System.Net;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Start;

/// <summary>The node as a process; killed when disposed.</summary>
internal sealed class BuiltNode : IDisposable
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private BuiltNode(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();

        // Ctrl-C and SIGTERM end a benchmark without disposing of anything.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>All that it has written to its output, once it has ended.</summary>
    public Task<string> WholeOutput => _output;

    /// <summary>The node's assembly: the given one, or the Release build of the working copy that this program was built from.</summary>
    /// <exception cref="ArgumentsException">It is not there.</exception>
    public static string Find(string? given)
    {
        if (given is not null)
        {
            return File.Exists(given) ? Path.GetFullPath(given) : throw new ArgumentsException($"--node: there is no {given}");
        }

        var built = WorkingCopy.Root is not { } root ? null : Path.Combine(root, "src/CvpActors.Node/bin/Release/net10.0/CvpActors.Node.dll");
        return File.Exists(built) ? built : throw new ArgumentsException(
            "the node is not built: dotnet build -c Release src/CvpActors.Node, or say where it is with --node");
    }

    /// <param name="node">The node's assembly.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="launcher">What starts it elsewhere, such as <c>ip netns exec NAME</c>.</param>
    public static BuiltNode Start(string node, string config, params string[] launcher)
    {
        string[] command = [.. launcher, "dotnet", node, "--config", config];
        return new(Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>Asks until the node says that it is ready.</summary>
    /// <exception cref="MeasurementException">It ended, or was not ready within a minute.</exception>
    public async Task ReadyAsync(HttpClient http, TimeProvider time)
    {
        for (var started = time.GetTimestamp(); time.GetElapsedTime(started) < ReadyWithin && !_process.HasExited; await Task.Delay(AskEvery, time))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        Dispose();
        throw new MeasurementException($"the node was not ready: {await _error}{await _output}");
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    /// <exception cref="MeasurementException">It did not.</exception>
    public async Task StopAsync()
    {
        await Tool.RunAsync("kill", "-TERM", $"{_process.Id}");
        try
        {
            await _process.WaitForExitAsync().WaitAsync(StopWithin, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new MeasurementException($"the node did not stop within {StopWithin.TotalSeconds:0} s of a SIGTERM");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }
}
