using System.Globalization;

namespace CvpActors.Benchmarks.Support;

/// <summary>A PostgreSQL of the benchmark's own, on loopback, with its data in the work directory; stopped when disposed.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "cvp";
    private const string Installed = "/usr/lib/postgresql";

    private readonly string _place;
    private readonly string _programs;
    private readonly int _port = Ports.Free();

    private PostgresServer(string place, string programs)
    {
        _place = place;
        _programs = programs;
    }

    private string Data => Path.Combine(_place, "data");

    /// <summary>Makes a server with the settings that PostgreSQL ships, flushing included, and starts it.</summary>
    /// <exception cref="MeasurementException">None is installed, or it does not start.</exception>
    public static async Task<PostgresServer> StartAsync(string place)
    {
        var programs = Directory.Exists(Installed)
            ? Directory.EnumerateDirectories(Installed).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        var server = new PostgresServer(place, programs ?? throw new MeasurementException("there is no PostgreSQL server: apt-get install postgresql"));

        // PostgreSQL refuses to run as root.
        if (Environment.IsPrivilegedProcess)
        {
            await Tool.RunAsync("chown", "postgres", place);
        }

        await server.RunAsync("initdb", "-D", server.Data, "-A", "trust", "-U", User);
        await server.RunAsync(
            "pg_ctl", "-D", server.Data, "-l", Path.Combine(place, "log"), "-w", "-o", $"-p {server._port} -k {place} -c listen_addresses=127.0.0.1 -c max_connections=200", "start");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.EndAtOnce();
        return server;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>How Npgsql connects to it.</returns>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await RunAsync("createdb", "-h", "127.0.0.1", "-p", $"{_port}", "-U", User, name);
        return $"Host=127.0.0.1;Port={_port};Database={name};Username={User}";
    }

    public async ValueTask DisposeAsync() => await RunAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    /// <summary>For the end of a benchmark that disposes of nothing: Ctrl-C, SIGTERM.</summary>
    private void EndAtOnce()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (File.Exists(file))
        {
            Signals.Send(int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture), Signal.Quit);
        }
    }

    private Task<ToolRun> RunAsync(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(_programs, program), .. arguments];
        return Environment.IsPrivilegedProcess ? Tool.RunAsync("runuser", ["-u", "postgres", "--", .. command]) : Tool.RunAsync(command[0], command[1..]);
    }
}
