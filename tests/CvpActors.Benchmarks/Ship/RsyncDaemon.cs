using System.Diagnostics;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>rsync's daemon with a module of its own; killed when disposed.</summary>
internal sealed class RsyncDaemon : IDisposable
{
    private readonly Process _process;
    private readonly string _address;
    private readonly int _port;

    private RsyncDaemon(Process process, string files, string address, int port)
    {
        (_process, Files, _address, _port) = (process, files, address, port);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    /// <summary>The module's directory.</summary>
    public string Files { get; }

    /// <summary>Starts it on loopback, or on the far side of a link.</summary>
    public static async Task<RsyncDaemon> StartAsync(string place, ShapedLink? link)
    {
        var (address, port) = (link?.Address(2) ?? "127.0.0.1", Ports.Free());
        var files = Directory.CreateDirectory(Path.Combine(place, "files")).FullName;
        var configuration = Path.Combine(place, "rsyncd.conf");
        await File.WriteAllTextAsync(configuration, $"""
            use chroot = no
            address = {address}
            port = {port}
            pid file = {place}/rsyncd.pid
            log file = {place}/rsyncd.log
            [files]
            path = {files}
            read only = no
            {(Environment.IsPrivilegedProcess ? "uid = root\ngid = root" : "")}
            """);
        string[] command = [.. link?.Launcher(2) ?? [], "rsync", "--daemon", "--no-detach", $"--config={configuration}"];
        var daemon = new RsyncDaemon(Process.Start(new ProcessStartInfo(command[0], command[1..]))!, files, address, port);
        string[] ask = [.. link?.Launcher(1) ?? [], "rsync", daemon.Url("")];
        for (var left = 100; ; left--)
        {
            try
            {
                await Tool.RunAsync(ask[0], ask[1..]);
                return daemon;
            }
            catch (MeasurementException) when (left > 0 && !daemon._process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    public string Url(string name) => $"rsync://{_address}:{_port}/files/{name}";

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }
}
