using System.Diagnostics;

namespace CvpActors.Benchmarks.Support;

/// <summary>This program in a process of its own, spoken to in lines; killed when disposed.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly string _verb;

    private Child(Process process, string verb)
    {
        _process = process;
        _verb = verb;
    }

    public static Child Start(string verb, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Child).Assembly.Location, verb, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new Child(Process.Start(start)!, verb);
    }

    public int Id => _process.Id;

    public void Say(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>The next line it says.</summary>
    /// <exception cref="MeasurementException">It ended instead.</exception>
    public async Task<string> LineAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new MeasurementException($"the child process \"{_verb}\" ended early; see above");

    /// <summary>Waits until it has ended by itself and let go of its files.</summary>
    public Task EndedAsync() => _process.WaitForExitAsync();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
