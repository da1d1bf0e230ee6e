using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Restore;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres;

/// <summary>
/// Restores backups of <see cref="PostgresEngine"/> into places that are new: a dump into a database of the same server, a base backup into a data
/// directory. Nothing that is there is ever touched, and what could not be restored as a whole is not left there.
/// </summary>
/// <param name="options">How the database that was backed up is reached.</param>
public sealed class PostgresRestore(PostgresOptions options)
{
    /// <summary>Restores one backup.</summary>
    /// <param name="backupFile">The backup's path.</param>
    /// <param name="target">The new database's name, or the new data directory's path, by the method of the options.</param>
    /// <param name="run">The run that it is part of, which keeps the programs that it starts; null where it is none.</param>
    /// <param name="cancellation">Ends it; what was made is removed.</param>
    /// <exception cref="BackupFailedException">The target is there already, the backup is not whole, or the restore failed.</exception>
    /// <exception cref="ReportingDatabaseException">The server cannot be asked, or refuses.</exception>
    public async Task RestoreAsync(string backupFile, string target, RunContext? run, CancellationToken cancellation)
    {
        try
        {
            await (options.Method == BackupMethod.Dump
                ? new DatabaseRestore(options).RunAsync(Path.GetFullPath(backupFile), target, run, cancellation)
                : Task.Run(() => DirectoryRestore.Run(Path.GetFullPath(backupFile), Path.GetFullPath(target), cancellation), cancellation));
        }
        catch (PostgresException e)
        {
            throw PostgresSession.Explain(options, e)!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new BackupFailedException($"cannot restore {backupFile} to {target}: {e.Message}", e);
        }
    }
}
