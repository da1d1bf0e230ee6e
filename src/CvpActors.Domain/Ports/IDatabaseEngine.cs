using CvpActors.Domain.Backups;
using CvpActors.Domain.Running;

namespace CvpActors.Domain.Ports;

/// <summary>One reporting database, as far as a backup touches it. Implemented once per engine.</summary>
public interface IDatabaseEngine
{
    /// <summary>The engine's name in the configuration.</summary>
    string Name { get; }

    /// <summary>
    /// What the engine may leave beside a dump while it writes one, as endings of the dump's own name. Removed with a dump that was cut short.
    /// </summary>
    IReadOnlyList<string> SideFileSuffixes { get; }

    /// <summary>Looks whether the database is there and is one of this engine's; at a node's start and before each run. Changes nothing.</summary>
    /// <exception cref="ReportingDatabaseException">It is not; the message names it and says what was found.</exception>
    Task CheckAsync(CancellationToken cancellation);

    /// <summary>Writes a consistent copy of the database to <paramref name="path"/>, which does not exist yet.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; the partial file is the caller's to remove.</exception>
    /// <exception cref="BackupFailedException">It failed; the message names the file and the cause.</exception>
    Task DumpAsync(string path, RunContext run, CancellationToken cancellation);

    /// <summary>
    /// Proves that the dump at <paramref name="path"/> can be read by the engine, as far as that can be done without the program that the
    /// database belongs to. Changes nothing.
    /// </summary>
    /// <returns>How far that was; null from an engine that verifies nothing.</returns>
    /// <exception cref="BackupFailedException">It is damaged; the message says what the engine found.</exception>
    Task<Verification?> VerifyAsync(string path, CancellationToken cancellation);

    /// <summary>The database's file; null where it is not one that this machine sees. A dump is never readable by more people than this.</summary>
    string? DatabaseFile => null;

    /// <summary>
    /// What cannot be done with this database as it is, though <see cref="CheckAsync"/> has passed, and the way out, a line each; told once at a
    /// node's start. Changes nothing.
    /// </summary>
    IReadOnlyList<string> FindLimits() => [];
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

/// <summary>
/// A database whose server does not answer now. It may later: a node starts all the same and says so, and its runs fail and are tried again.
/// </summary>
public sealed class DatabaseUnreachableException : ReportingDatabaseException
{
    /// <summary>Creates the error.</summary>
    public DatabaseUnreachableException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
