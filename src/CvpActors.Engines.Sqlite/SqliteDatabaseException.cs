using CvpActors.Domain.Ports;

namespace CvpActors.Engines.Sqlite;

/// <summary>What SQLite said about a file, for a person; the message names the file.</summary>
public sealed class SqliteDatabaseException : ReportingDatabaseException
{
    /// <summary>Creates the error.</summary>
    public SqliteDatabaseException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
