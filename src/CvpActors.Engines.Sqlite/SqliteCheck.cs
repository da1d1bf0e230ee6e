using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>Whether a file is a SQLite database with a schema that can be read.</summary>
internal static class SqliteCheck
{
    /// <exception cref="SqliteDatabaseException">It is not there, empty, or not SQLite's; the message names the file.</exception>
    public static void Run(SqliteOptions options)
    {
        using var session = SqliteSession.OpenDatabase(options with { BusyTimeout = TimeSpan.Zero });
        var result = raw.sqlite3_exec(session.Handle, "SELECT count(*) FROM sqlite_schema");
        if ((result & 0xff) is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED))
        {
            session.Check(result);
        }
    }
}
