using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CvpActors.Snmp.Tests.RealTools;

/// <summary>Programs of net-snmp and libsmi that the tests hold the code against. A missing one is a failure, not a skip.</summary>
internal static class Tool
{
    private static readonly Dictionary<string, string> Packages = new()
    {
        ["snmptrapd"] = "snmptrapd",
        ["snmpd"] = "snmpd",
        ["snmpwalk"] = "snmp",
        ["snmptable"] = "snmp",
        ["snmpset"] = "snmp",
        ["snmptranslate"] = "snmp",
        ["smilint"] = "smitools",
    };

    public static string Path(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/bin", "/sbin", "/bin"]);
        var found = folders.Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Assert.True(found is not null, $"{name} is not installed: apt-get install {Packages[name]}");
        return found!;
    }

    /// <summary>Runs a program to its end, 60 s at most.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string name, IEnumerable<string> arguments, IDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Path(name), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(bound.Token);
            var errors = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>
    /// A UDP port that nobody has at this moment, below the range from which the system gives ports to clients: none of them
    /// takes it while a daemon is being restarted.
    /// </summary>
    public static int FreePort()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }

        throw new InvalidOperationException("no free UDP port between 20000 and 32000 in 100 tries");
    }

    /// <summary>Polls until something is there.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<T?> probe, Func<string> what, double seconds = 20)
        where T : class
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (true)
        {
            if (probe() is { } found)
            {
                return found;
            }

            if (time.GetElapsedTime(start).TotalSeconds > seconds)
            {
                Assert.Fail($"after {seconds} s still no {what()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time);
        }
    }
}

/// <summary>A daemon in a folder of its own, on a UDP port of its own; ended by its process id.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly Process _process;

    private Daemon(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<Daemon> StartAsync(string name, string folder, int port, params string[] arguments)
    {
        var start = new ProcessStartInfo(Tool.Path(name), arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["SNMP_PERSISTENT_DIR"] = Path.Combine(folder, "persistent");
        start.Environment["SNMPCONFPATH"] = folder;
        start.Environment["MIBS"] = "";
        Directory.CreateDirectory(Path.Combine(folder, "persistent"));
        var process = Process.Start(start)!;
        var daemon = new Daemon(process, port);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var log = Path.Combine(folder, "log");
        await Tool.EventuallyAsync(
            () =>
            {
                Assert.False(process.HasExited, $"{name} ended at once: {(File.Exists(log) ? File.ReadAllText(log) : "no log")}");
                return File.ReadAllText("/proc/net/udp").Contains($":{port:X4} ", StringComparison.Ordinal) ? name : null;
            },
            () => $"{name} at port {port}");
        return daemon;
    }

    /// <summary>Ends it as an administrator would, so that it saves its boots.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(bound.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }
}
