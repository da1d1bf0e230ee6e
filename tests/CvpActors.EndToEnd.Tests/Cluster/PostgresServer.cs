using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CvpActors.EndToEnd.Tests.Cluster;

/// <summary>A PostgreSQL of the test's own, on a free port of loopback, in a temporary directory. It can be stopped and started again.</summary>
internal sealed class PostgresServer : IDisposable
{
    private const string User = "cvp";

    private static readonly string Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).Last()
        : throw new InvalidOperationException("these tests need a PostgreSQL server: apt-get install postgresql");

    private readonly string _root = Directory.CreateTempSubdirectory("cvpactors-pg-").FullName;
    private readonly int _port = FreePort();
    private readonly string _listens = "127.0.0.1";

    /// <param name="network">A network, as address and length, whose machines may connect as well; null for loopback alone.</param>
    public PostgresServer(string? network = null)
    {
        // PostgreSQL refuses to run as root.
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "postgres", _root);
        }

        RunAsServer("initdb", "-D", Data, "-A", "trust", "-U", User, "--no-sync");
        if (network is not null)
        {
            File.AppendAllText(Path.Combine(Data, "pg_hba.conf"), $"host all all {network} trust\n");
            _listens = "*";
        }

        Start();
        ConnectionString = CreateDatabase("cvp");
    }

    public string ConnectionString { get; }

    /// <summary>For somebody who reaches it at another of this machine's addresses.</summary>
    public string ConnectionStringFrom(string host) => ConnectionString.Replace("127.0.0.1", host, StringComparison.Ordinal);

    private string Data => Path.Combine(_root, "data");

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

    public void Start() => RunAsServer("pg_ctl", "-D", Data, "-l", Path.Combine(_root, "log"), "-w", "-o", $"-p {_port} -k {_root} -c listen_addresses={_listens} -c fsync=off", "start");

    /// <summary>As a server that is switched off: connections are cut.</summary>
    public void Stop() => RunAsServer("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    public void Dispose()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            Stop();
        }

        Directory.Delete(_root, recursive: true);
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
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
