using System.Collections.Immutable;
using System.Text;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Processes;

namespace CvpActors.Engines.Postgres.Drill;

/// <summary>
/// A server for one drill, on a socket in the drill's own folder, which only its user and this process can enter; no TCP. It is on record before it begins, so that it is
/// found and ended when this process is killed, and it does nothing of its own accord: no workers, no archiving, no replication, whatever its data says.
/// </summary>
internal sealed class TemporaryServer : IAsyncDisposable
{
    /// <summary>A path of a socket has no more bytes on Linux.</summary>
    private const int LongestSocket = 107;

    private static readonly TimeSpan UpWithin = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Quiet =
    [
        "listen_addresses=", "port=5432", "unix_socket_permissions=0700", "ssl=off", "logging_collector=off", "log_destination=stderr", "archive_mode=off", "autovacuum=off",
        "max_worker_processes=0", "max_logical_replication_workers=0", "max_prepared_transactions=100", "huge_pages=off", "shared_preload_libraries=",
    ];

    private readonly CancellationTokenSource _end;
    private readonly Task<ChildEnd> _running;

    private TemporaryServer(CancellationTokenSource end, Task<ChildEnd> running) => (_end, _running) = (end, running);

    /// <summary>Starts it and waits until it lets somebody in.</summary>
    /// <param name="programs">The folder of its programs.</param>
    /// <param name="place">The drill's folder, in which its data directory is called <c>data</c>.</param>
    /// <param name="reached">How it is reached once it is up.</param>
    /// <param name="settings">More of its settings, as <c>name=value</c>.</param>
    /// <param name="run">Keeps it on record.</param>
    /// <param name="time">For waits.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DrillFailedException">It did not come up; nothing of it runs.</exception>
    public static async Task<TemporaryServer> StartAsync(
        string programs, string place, PostgresOptions reached, IEnumerable<string> settings, RunContext run, TimeProvider time, CancellationToken cancellation)
    {
        var hba = Path.Combine(place, "hba.conf");
        var configuration = Path.Combine(place, "postgresql.conf");
        await File.WriteAllTextAsync(hba, "local all all trust\n", cancellation);
        await File.WriteAllTextAsync(configuration, "", cancellation);
        await OwnAsync(place, run, cancellation);

        string[] all = [.. Quiet, $"unix_socket_directories={place}", $"hba_file={hba}", $"ident_file={configuration}", $"config_file={configuration}", .. settings];
        var command = PostgresTools.Bare(ServerUser.Run([Path.Combine(programs, "postgres"), "-D", Path.Combine(place, "data"), .. all.SelectMany(setting => new[] { "-c", setting })]));
        var end = new CancellationTokenSource();
        var server = new TemporaryServer(end, ChildProcess.RunAsync(
            command, (output, stop) => output.CopyToAsync(Stream.Null, stop), child => run.Children.Started(new RunChild(child.ProcessId, child.Started)), end.Token));
        try
        {
            await server.WaitUntilUpAsync(reached, time, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a server can be reached in a folder; before anything is made there.</summary>
    /// <exception cref="DrillFailedException">It cannot.</exception>
    public static void CheckPath(string place)
    {
        if (Encoding.UTF8.GetByteCount(Path.Combine(place, ".s.PGSQL.5432")) > LongestSocket)
        {
            throw new DrillFailedException($"the path {place} is too long for a socket in it; allowed: a drill.directory whose path is shorter");
        }
    }

    /// <summary>Runs one of its programs to the end.</summary>
    /// <param name="name">What it is called, for errors.</param>
    /// <param name="command">The program and its arguments, with whom it runs as.</param>
    /// <param name="run">Keeps it on record.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DrillFailedException">It cannot be started, or failed; its last words are in the message.</exception>
    public static async Task RunAsync(string name, ImmutableArray<string> command, RunContext run, CancellationToken cancellation)
    {
        try
        {
            var ended = await ChildProcess.RunAsync(
                PostgresTools.Bare(command), (output, stop) => output.CopyToAsync(Stream.Null, stop), child => run.Children.Started(new RunChild(child.ProcessId, child.Started)), cancellation);
            if (ended.ExitCode != 0)
            {
                throw new DrillFailedException($"{name} ended with {ended.ExitCode}: {ended.Errors}");
            }
        }
        catch (ChildStartException e)
        {
            throw new DrillFailedException(e.Message, e);
        }
    }

    /// <summary>Gives the drill's folder to the server's user.</summary>
    /// <exception cref="DrillFailedException">It cannot come there.</exception>
    public static async Task OwnAsync(string place, RunContext run, CancellationToken cancellation)
    {
        if (ServerUser.Own(place) is not { } own)
        {
            return;
        }

        await RunAsync("chown", own, run, cancellation);
        try
        {
            await RunAsync("test", ServerUser.Run("test", "-w", place), run, cancellation);
        }
        catch (DrillFailedException e)
        {
            throw new DrillFailedException(ServerUser.CannotEnter(place), e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _running;
        }
        catch (Exception e) when (e is OperationCanceledException or ChildStartException or IOException)
        {
            // It was ended, as it should be; or it never began.
        }

        _end.Dispose();
    }

    private async Task WaitUntilUpAsync(PostgresOptions reached, TimeProvider time, CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(UpWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        while (!_running.IsCompleted)
        {
            try
            {
                await using var session = await PostgresSession.OpenAsync(reached, either.Token);
                return;
            }
            catch (DatabaseUnreachableException)
            {
                // It is starting, or recovering.
            }
            catch (OperationCanceledException) when (bound.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                throw new DrillFailedException($"the temporary server was not up after {UpWithin.TotalMinutes:0} minutes");
            }

            await Task.WhenAny(_running, Task.Delay(LookAgainAfter, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }

        try
        {
            var ended = await _running;
            throw new DrillFailedException(MissingExtension.Explain(ended.Errors) ?? $"the temporary server did not come up, it ended with {ended.ExitCode}: {ended.Errors}");
        }
        catch (ChildStartException e)
        {
            throw new DrillFailedException(e.Message, e);
        }
    }
}
