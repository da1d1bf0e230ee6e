using CvpActors.Domain.Execution;

namespace CvpActors.Domain.Backups;

/// <summary>
/// The backup files of one database: <c>cvp_backup_data</c> and <c>cvp_backup_data.old</c> in one directory (rule 1).
/// After a kill at any moment one of the two names is a whole, verified backup (from the first backup on).
/// </summary>
public interface IBackupFileSet
{
    /// <summary>Removes what a killed run left and completes a rotation that was cut short. Called while nothing runs.</summary>
    /// <returns>What was mended, one line each, for the log; empty when all was in order.</returns>
    IReadOnlyList<string> Recover();

    /// <summary>The files that are there, current first. A file whose manifest cannot be read is left out.</summary>
    IReadOnlyList<BackupFile> List();

    /// <summary>
    /// Opens a file for reading; the stream stays whole while later backups rotate the names. Null when there is no such file.
    /// </summary>
    BackupFileContent? Open(string name);

    /// <summary>Rotates, dumps, verifies and publishes one new generation.</summary>
    /// <exception cref="FencedException">The run's token was superseded; nothing was published after that.</exception>
    /// <exception cref="BackupFailedException">The dump or its verification failed; both files are as they were.</exception>
    Task<BackupManifest> BackUpAsync(IReportingDatabase database, RunContext run, CancellationToken cancellation);
}

/// <summary>An open backup file and its manifest; the caller disposes the stream.</summary>
/// <param name="Manifest">What is known of the file.</param>
/// <param name="Content">The bytes, seekable.</param>
public sealed record BackupFileContent(BackupManifest Manifest, Stream Content);

/// <summary>A backup that could not be made; the message names the file and the cause.</summary>
public sealed class BackupFailedException : Exception
{
    /// <summary>Creates the error.</summary>
    public BackupFailedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
