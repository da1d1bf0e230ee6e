using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Backup;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres;

/// <summary>A PostgreSQL reporting database, version 15 or later, backed up by the vendor's own programs while others write.</summary>
/// <param name="options">How it is reached and backed up.</param>
public sealed class PostgresEngine(PostgresOptions options) : IDatabaseEngine
{
    /// <summary>What the configuration calls this engine.</summary>
    public const string EngineName = "postgres";

    private readonly PostgresTools _tools = new(options);

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IReadOnlyList<string> SideFileSuffixes => [];

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        try
        {
            await ServerCheck.RunAsync(options, _tools, cancellation);
        }
        catch (PostgresException e)
        {
            throw PostgresSession.Explain(options, e)!;
        }
    }

    /// <inheritdoc/>
    public async Task DumpAsync(string path, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            await (options.Method == BackupMethod.Dump
                ? new DatabaseDump(options, _tools).WriteAsync(path, run, cancellation)
                : new BaseBackup(options, _tools).WriteAsync(path, run, cancellation));
        }
        catch (Exception e) when (e is ReportingDatabaseException or BackupFailedException or IOException or UnauthorizedAccessException)
        {
            throw new BackupFailedException($"cannot back {options.Place} up to {path}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async Task<Verification?> VerifyAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return options.Method == BackupMethod.Dump
                ? await new DatabaseDump(options, _tools).VerifyAsync(path, cancellation)
                : await Task.Run(() => BaseBackup.Verify(path, cancellation), cancellation);
        }
        catch (Exception e) when (e is ReportingDatabaseException or IOException or UnauthorizedAccessException)
        {
            throw new BackupFailedException($"the dump {path} cannot be verified: {e.Message}", e);
        }
    }
}
