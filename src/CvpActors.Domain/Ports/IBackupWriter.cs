using CvpActors.Domain.Backups;
using CvpActors.Domain.Running;

namespace CvpActors.Domain.Ports;

/// <summary>
/// Makes the backup files of one database: <c>cvp_backup_data</c> and <c>cvp_backup_data.old</c> (rule 1).
/// After a kill at any moment one of the two names is a whole, verified backup (from the first backup on).
/// </summary>
public interface IBackupWriter
{
    /// <summary>Removes what a killed run left and completes a rotation that was cut short. Called while nothing runs.</summary>
    /// <returns>What was mended, one line each, for the log; empty when all was in order.</returns>
    IReadOnlyList<string> Recover();

    /// <summary>Rotates, dumps, verifies and publishes one new generation.</summary>
    /// <exception cref="FencedException">The run's token was superseded; nothing was published after that.</exception>
    /// <exception cref="BackupFailedException">The dump or its verification failed; both files are as they were.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; both files are as they were.</exception>
    Task<BackupManifest> BackUpAsync(RunContext run, CancellationToken cancellation);
}

/// <summary>A backup that could not be made; the message names the file and the cause.</summary>
public sealed class BackupFailedException : Exception
{
    /// <summary>Creates the error.</summary>
    public BackupFailedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
