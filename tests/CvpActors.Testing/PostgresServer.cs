using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CvpActors.Testing;

/// <summary>A PostgreSQL of one's own, on a free port of loopback, in a folder of its own. It can be stopped, killed and started again.</summary>
public sealed class PostgresServer : IDisposable
{
    public const string User = "cvp";

    private readonly string _root;
    private readonly int _port = FreePort();
    private readonly string _settings;

    /// <param name="network">A network, as address and length, whose machines may connect as well; null for loopback alone.</param>
    /// <param name="place">An existing folder to work in; null for a temporary one. Removed in the end.</param>
    /// <param name="flushes">Whether it flushes as it ships; a test of what is in it need not wait for the disk.</param>
    /// <param name="settings">More of the server's settings, as <c>name=value</c>.</param>
    public PostgresServer(string? network = null, string? place = null, bool flushes = false, params string[] settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _root = place ?? Directory.CreateTempSubdirectory("cvpactors-pg-").FullName;
        _settings = string.Concat(settings.Append($"listen_addresses={(network is null ? "127.0.0.1" : "*")}").Append(flushes ? "fsync=on" : "fsync=off").Select(s => $" -c {s}"));

        // PostgreSQL refuses to run as root.
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "postgres", _root);
        }

        RunAsServer("initdb", "-D", Data, "-A", "trust", "-U", User, "--no-sync");
        if (network is not null)
        {
            File.AppendAllText(Path.Combine(Data, "pg_hba.conf"), $"host all all {network} trust\n");
        }

        // For the end of a program that disposes of nothing: Ctrl-C, SIGTERM.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAtOnce();
        Start();
        ConnectionString = CreateDatabase("cvp");
    }

    /// <summary>Where the newest installed version's programs are.</summary>
    public static string Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).Last()
        : throw new InvalidOperationException("this needs a PostgreSQL server: apt-get install postgresql");

    public string ConnectionString { get; }

    public int Port => _port;

    public string Data => Path.Combine(_root, "data");

    /// <summary>For somebody who reaches it at another of this machine's addresses.</summary>
    public string ConnectionStringFrom(string host) => ConnectionString.Replace("127.0.0.1", host, StringComparison.Ordinal);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Makes an empty database and gives its connection string.</summary>
    public string CreateDatabase(string name)
    {
        RunAsServer("createdb", "-h", "127.0.0.1", "-p", $"{_port}", "-U", User, name);
        return $"Host=127.0.0.1;Port={_port};Database={name};Username={User}";
    }

    public void Start() => StartOn(Data, _port);

    /// <summary>As a server that is switched off: connections are cut.</summary>
    public void Stop() => RunAsServer("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    /// <summary>As the kernel does when memory is out: the server has no say in it. Its children notice and end.</summary>
    public void Kill()
    {
        using var process = Process.GetProcessById(Postmaster()!.Value);
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Starts a server on a data directory that was restored, waits until it is recovered, and stops it when disposed.</summary>
    public static IDisposable StartRestored(string data, int port)
    {
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "-R", "postgres", data);
            Run("chown", "postgres", Path.GetDirectoryName(data)!);
        }

        StartOn(data, port, " -c listen_addresses=127.0.0.1 -c fsync=off");
        return new Restored(data);
    }

    public void Dispose()
    {
        if (Postmaster() is not null)
        {
            Stop();
        }

        Directory.Delete(_root, recursive: true);
    }

    private void StartOn(string data, int port) => StartOn(data, port, _settings);

    private static void StartOn(string data, int port, string settings)
    {
        var folder = Path.GetDirectoryName(data)!;
        RunAsServer("pg_ctl", "-D", data, "-l", Path.Combine(data, "log"), "-w", "-o", $"-p {port} -k {(folder.Length < 80 ? folder : "/tmp")}{settings}", "start");
    }

    private void EndAtOnce()
    {
        if (Postmaster() is { } postmaster)
        {
            Run("kill", "-QUIT", postmaster.ToString(CultureInfo.InvariantCulture));
        }
    }

    private int? Postmaster()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        return File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var id) && Directory.Exists($"/proc/{id}") ? id : null;
    }

    private static void RunAsServer(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs, program);
        if (Environment.IsPrivilegedProcess)
        {
            Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        }
        else
        {
            Run(path, arguments);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        // Its output goes nowhere: the server inherits it and would keep a pipe open for as long as it lives.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }

    private sealed class Restored(string data) : IDisposable
    {
        public void Dispose() => RunAsServer("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
    }
}
