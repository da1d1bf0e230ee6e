using System.Collections.Concurrent;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Informix;

/// <summary>An Informix server, backed up as a whole at level 0 by ontape.</summary>
public sealed class InformixEngine : IDatabaseEngine
{
    /// <summary>What the configuration calls this engine.</summary>
    public const string EngineName = "informix";

    private readonly InformixOptions _options;
    private readonly InformixServer _server;
    private readonly InformixBackup _backup;

    /// <summary>How long each dump was that this process wrote: an archive does not say of itself where it ends.</summary>
    private readonly ConcurrentDictionary<string, long> _written = new(StringComparer.Ordinal);

    /// <summary>Creates the engine; touches nothing.</summary>
    /// <param name="options">The server.</param>
    /// <param name="time">The machine's clock, which is the server's too.</param>
    public InformixEngine(InformixOptions options, TimeProvider time)
    {
        _options = options;
        var programs = new InformixPrograms(options, time);
        _server = new InformixServer(options, programs, new DbAccess(programs, options, "sysmaster", _ => { }, time), time);
        _backup = new InformixBackup(options, programs, _server, time);
    }

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IReadOnlyList<string> SideFileSuffixes => [];

    /// <inheritdoc/>
    /// <remarks>The server itself may be down: a node that starts before it shall start all the same. Each run asks for its mode.</remarks>
    public Task CheckAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _server.CheckInstallation();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> FindLimits() => Task.Run(FindLimitsAsync).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async Task DumpAsync(string path, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(run);
        cancellation.ThrowIfCancellationRequested();
        _written.TryRemove(path, out _);
        _written[path] = await _backup.RunAsync(path, run, cancellation);
    }

    /// <inheritdoc/>
    /// <remarks>The length is what was written, and the head is an archive's. What lies between only a restore proves.</remarks>
    public async Task<Verification?> VerifyAsync(string path, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        var length = new FileInfo(path).Length;
        return _written.TryGetValue(path, out var written) && written != length
            ? throw new BackupFailedException($"{path} has {length} bytes, and ontape wrote {written}")
            : await ArchiveHeader.ReadAsync(path, cancellation);
    }

    private async Task<IReadOnlyList<string>> FindLimitsAsync()
    {
        try
        {
            var state = await _server.StateAsync(CancellationToken.None);
            if (!state.CanBeArchived)
            {
                return [$"{_options.Server} is {state.Name} now; nothing is backed up or purged until it is on-line"];
            }

            var tape = await _server.ConfiguredAsync("TAPEDEV", CancellationToken.None);
            return InformixBackup.IsNowhere(tape)
                ? [$"TAPEDEV of {_options.Server} is {(tape.Length == 0 ? "not set" : tape)}: every backup is refused until it names a device, file or folder in {_options.Onconfig}"]
                : [];
        }
        catch (ReportingDatabaseException e)
        {
            return [e.Message];
        }
    }
}
