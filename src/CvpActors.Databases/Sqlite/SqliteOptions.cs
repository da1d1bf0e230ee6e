using CvpActors.Domain.Execution;

namespace CvpActors.Databases.Sqlite;

/// <summary>A SQLite reporting database.</summary>
/// <param name="Path">Its file.</param>
/// <param name="BusyTimeout">How long a lock that another process holds is waited for before a run fails; null: 30 seconds.</param>
public sealed record SqliteOptions(string Path, TimeSpan? BusyTimeout = null)
{
    /// <summary>The wait when none is configured.</summary>
    public static TimeSpan DefaultBusyTimeout { get; } = TimeSpan.FromSeconds(30);

    internal string FullPath => System.IO.Path.GetFullPath(Path);
}

/// <summary>What SQLite said about a file, for a person; the message names the file.</summary>
public sealed class SqliteDatabaseException : ReportingDatabaseException
{
    /// <summary>Creates the error.</summary>
    public SqliteDatabaseException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>SQLite's primary result code; zero when the finding is ours.</summary>
    public int ResultCode { get; init; }
}
