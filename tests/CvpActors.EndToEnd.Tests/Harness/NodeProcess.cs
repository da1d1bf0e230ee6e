using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit.Sdk;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>The built node as a process of its own.</summary>
internal sealed partial class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan ExitWithin = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private NodeApi? _api;

    private NodeProcess(string workingDirectory, IEnumerable<string> arguments, IReadOnlyList<string> launcher)
    {
        string[] line = [.. launcher, "dotnet", Path.Combine(Directory, "CvpActors.Node.dll"), .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where the node was built.</summary>
    public static string Directory { get; } = typeof(NodeProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "NodeDirectory").Value!;

    public NodeApi Api => _api ?? throw new InvalidOperationException("the node is not ready");

    public IReadOnlyList<string> Output => Copy(_output);

    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Whether it has ended, by itself or not.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="arguments">What follows its name.</param>
    /// <param name="launcher">A program that becomes the node, such as one that enters a network of its own; none when left out.</param>
    public static async Task<NodeProcess> StartAsync(string workingDirectory, IEnumerable<string> arguments, IReadOnlyList<string>? launcher = null)
    {
        var node = Begin(workingDirectory, arguments, launcher);
        try
        {
            await node.WaitUntilReadyAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node and does not wait for it.</summary>
    public static NodeProcess Begin(string workingDirectory, IEnumerable<string> arguments, IReadOnlyList<string>? launcher = null) =>
        new(workingDirectory, arguments, launcher ?? []);

    /// <summary>Starts a node that is expected to end by itself.</summary>
    /// <returns>Its exit code and what it wrote to its error stream.</returns>
    public static async Task<(int ExitCode, IReadOnlyList<string> Errors)> RunToEndAsync(string workingDirectory, IEnumerable<string> arguments)
    {
        await using var node = Begin(workingDirectory, arguments);
        return (await node.ExitAsync(ReadyWithin), node.Errors);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync(ExitWithin);
    }

    /// <summary>Ctrl-C.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> InterruptAsync(TimeSpan within)
    {
        Posix.Signal(_process.Id, Posix.Interrupt);
        return ExitAsync(within);
    }

    /// <summary>Stops it in the middle of everything, as a suspended virtual machine is.</summary>
    public void Freeze() => Posix.Signal(_process.Id, Posix.Stop);

    public void Thaw() => Posix.Signal(_process.Id, Posix.Continue);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _api?.Dispose();
        _process.Dispose();
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> TerminateAsync(TimeSpan within)
    {
        Posix.Signal(_process.Id, Posix.Terminate);
        return ExitAsync(within);
    }

    /// <summary>Waits until it listens; it may not be ready yet.</summary>
    public async Task ListensAsync()
    {
        var url = await Eventually.SeesAsync("the line that says where the node listens", () => Task.FromResult(Url()), u => u is not null, ReadyWithin);
        _api ??= new NodeApi(url!);
    }

    private async Task WaitUntilReadyAsync()
    {
        await ListensAsync();
        await Eventually.SeesAsync("a ready node", () => IsReadyAsync(Api), ready => ready, ReadyWithin);
    }

    private Uri? Url()
    {
        if (_process.HasExited)
        {
            throw new XunitException($"the node ended with {_process.ExitCode}: {string.Join('\n', Errors.Concat(Output))}");
        }

        return Output.Select(line => ListeningLine().Match(line)).FirstOrDefault(m => m.Success) is { } match ? new Uri(match.Groups[1].Value) : null;
    }

    private static async Task<bool> IsReadyAsync(NodeApi api) => (await api.SendAsync(HttpMethod.Get, "/healthz/ready")).Status == System.Net.HttpStatusCode.OK;

    /// <summary>Waits until it has ended by itself, and gives the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan within)
    {
        using var bound = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new XunitException($"the node did not end within {within.TotalSeconds:0} s: {string.Join('\n', Output.TakeLast(5))}");
        }
    }

    private static void Add(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private static string[] Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }

    [GeneratedRegex(@"listening on (http://\S+)")]
    private static partial Regex ListeningLine();
}
