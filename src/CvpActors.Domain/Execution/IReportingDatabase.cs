using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Execution;

/// <summary>One reporting database, as far as maintenance touches it. Implemented once per engine.</summary>
public interface IReportingDatabase
{
    /// <summary>The engine's name in the configuration.</summary>
    string Engine { get; }

    /// <summary>Writes a consistent copy of the database to <paramref name="path"/>, which does not exist yet.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; the partial file is the caller's to remove.</exception>
    /// <exception cref="Backups.BackupFailedException">It failed; the message names the file and the cause.</exception>
    Task DumpAsync(string path, RunContext run, CancellationToken cancellation);

    /// <summary>Proves that the dump at <paramref name="path"/> can be read by the engine.</summary>
    /// <exception cref="Backups.BackupFailedException">It cannot; the message says what the engine found.</exception>
    Task VerifyAsync(string path, CancellationToken cancellation);

    /// <summary>
    /// Deletes what is older than its retention in batches, checking the token before each, and refreshes statistics afterwards.
    /// A dry run counts and deletes nothing.
    /// </summary>
    /// <exception cref="PurgeStoppedException">
    /// It stopped early for any cause, a <see cref="ReportingDatabaseException"/> among them; says what was deleted until then.
    /// </exception>
    Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation);
}

/// <summary>A purge that ended before it was done; <see cref="Exception.InnerException"/> is the cause.</summary>
public sealed class PurgeStoppedException(PurgeResult deletedSoFar, Exception cause) : Exception(cause?.Message, cause)
{
    /// <summary>What had been deleted and committed.</summary>
    public PurgeResult DeletedSoFar { get; } = deletedSoFar;
}

/// <summary>What an engine said about its database, for a person; the message names the database's file or server.</summary>
public class ReportingDatabaseException : Exception
{
    /// <summary>Creates the error.</summary>
    public ReportingDatabaseException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
