using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Sqlite;

/// <summary>A reporting database in a SQLite file, in WAL mode or with a rollback journal, written to by other processes meanwhile.</summary>
/// <param name="options">The file, and how long its locks are waited for.</param>
public sealed class SqliteEngine(SqliteOptions options) : IDatabaseEngine
{
    /// <summary>What the configuration calls this engine.</summary>
    public const string EngineName = "sqlite";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IReadOnlyList<string> SideFileSuffixes { get; } = ["-journal", "-wal", "-shm"];

    /// <inheritdoc/>
    /// <remarks>A database that another program keeps locked is one: the check does not wait for it.</remarks>
    public Task CheckAsync(CancellationToken cancellation) => Task.Run(() => SqliteCheck.Run(options), cancellation);

    /// <inheritdoc/>
    public string DatabaseFile => options.FullPath;

    /// <inheritdoc/>
    public IReadOnlyList<string> FindLimits() => SqliteCheck.FindLimits(options);

    /// <inheritdoc/>
    public Task DumpAsync(string path, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        return OnOwnThread(
            () =>
            {
                SqliteDump.Run(options, path, run, cancellation);
                return true;
            },
            $"cannot dump {options.FullPath} to {path}",
            cancellation);
    }

    /// <inheritdoc/>
    public async Task<Verification?> VerifyAsync(string path, CancellationToken cancellation) =>
        await OnOwnThread(() => SqliteVerification.Run(path, cancellation), "the dump does not verify", cancellation);

    // SQLite works for minutes without giving its thread back, which the shared pool's threads are not for.
    private static async Task<T> OnOwnThread<T>(Func<T> work, string failure, CancellationToken cancellation)
    {
        try
        {
            return await Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (SqliteDatabaseException cause)
        {
            throw new BackupFailedException($"{failure}: {cause.Message}", cause);
        }
    }
}
