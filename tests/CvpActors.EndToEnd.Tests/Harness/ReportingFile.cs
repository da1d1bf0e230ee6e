using Microsoft.Data.Sqlite;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>A SQLite reporting database: calls, retained for 30 days, and their events, retained for 15.</summary>
internal sealed class ReportingFile(string path)
{
    public string Path { get; } = path;

    /// <summary>Makes the database; the ages of its calls are in days, each has one event.</summary>
    public ReportingFile Create(params (int Calls, int AgeDays)[] calls)
    {
        using var connection = Open();
        Execute(connection, """
            CREATE TABLE call (callid INTEGER PRIMARY KEY, startdatetime INTEGER NOT NULL);
            CREATE TABLE callevent (eventid INTEGER PRIMARY KEY, callid INTEGER NOT NULL, eventdatetime INTEGER NOT NULL);
            CREATE TABLE recording (id INTEGER PRIMARY KEY, bytes BLOB);
            """);
        foreach (var (count, ageDays) in calls)
        {
            Add(connection, count, ageDays);
        }

        return this;
    }

    /// <summary>Makes it large, by rows that no purge deletes.</summary>
    public ReportingFile Fill(int megabytes)
    {
        using var connection = Open();
        Execute(connection, $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {megabytes})
            INSERT INTO recording (bytes) SELECT randomblob(1000000) FROM n
            """);
        return this;
    }

    public long Count(string table)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the names of tables are the tests' own
        command.CommandText = $"SELECT count(*) FROM {table}";
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Another program takes the write lock and keeps it until it is disposed.</summary>
    public IDisposable HoldWriteLock()
    {
        var connection = Open();
        Execute(connection, "BEGIN IMMEDIATE");
        return connection;
    }

    private static void Add(SqliteConnection connection, int count, int ageDays)
    {
        var at = TimeProvider.System.GetUtcNow().AddDays(-ageDays).ToUnixTimeSeconds();
        Execute(connection, $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
            INSERT INTO call (startdatetime) SELECT {at} FROM n;
            INSERT INTO callevent (callid, eventdatetime) SELECT callid, startdatetime FROM call WHERE startdatetime = {at};
            """);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False;Default Timeout=20");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements are the tests' own
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
