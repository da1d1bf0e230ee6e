using CvpActors.Domain.Backups;
using CvpActors.Domain.Execution;
using CvpActors.Domain.Purges;

namespace CvpActors.Databases.Sqlite;

/// <summary>A reporting database in a SQLite file, in WAL mode or with a rollback journal, written to by other processes meanwhile.</summary>
/// <param name="options">The file, and how long its locks are waited for.</param>
/// <param name="time">What "older than its retention" is measured by, and the pauses between batches.</param>
public sealed class SqliteReportingDatabase(SqliteOptions options, TimeProvider time) : IReportingDatabase
{
    /// <inheritdoc/>
    public string Engine => "sqlite";

    /// <summary>Looks whether the file is there and is a SQLite database; for the start of a node. Changes nothing.</summary>
    /// <exception cref="SqliteDatabaseException">It is not; the message names the file.</exception>
    public void Check()
    {
        using var session = SqliteSession.OpenDatabase(options);
        session.Execute("SELECT count(*) FROM sqlite_schema");
    }

    /// <inheritdoc/>
    public Task DumpAsync(string path, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        return OnOwnThread(() => SqliteDump.Run(options, path, run, cancellation), $"cannot dump {options.FullPath} to {path}", cancellation);
    }

    /// <inheritdoc/>
    public Task VerifyAsync(string path, CancellationToken cancellation) =>
        OnOwnThread(() => SqliteVerification.Run(path, cancellation), "the dump does not verify", cancellation);

    /// <inheritdoc/>
    /// <remarks>Rows that newer rows still refer to by a foreign key are left for a later purge.</remarks>
    public Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        return Task.Run(() => new SqlitePurge(options, time, plan, dryRun, run).RunAsync(cancellation), CancellationToken.None);
    }

    // SQLite works for minutes without giving its thread back, which the shared pool's threads are not for.
    private static async Task OnOwnThread(Action work, string failure, CancellationToken cancellation)
    {
        try
        {
            await Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (SqliteDatabaseException cause)
        {
            throw new BackupFailedException($"{failure}: {cause.Message}", cause);
        }
    }
}
