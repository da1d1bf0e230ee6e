using Microsoft.Data.Sqlite;

namespace CvpActors.Testing;

/// <summary>Small databases and single looks at them, through connections that leave nothing open.</summary>
public static class SampleDatabase
{
    /// <summary>Two one-row tables that writers change together, and some megabytes of calls.</summary>
    public static string Create(string path, string journalMode = "wal", int calls = 2000)
    {
        Execute(path, $"""
            PRAGMA journal_mode = {journalMode};
            CREATE TABLE first(n INTEGER); INSERT INTO first VALUES (0);
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER, payload TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {calls})
            INSERT INTO call SELECT i, 1700000000 + i, hex(randomblob(200)) FROM n;
            CREATE INDEX call_payload ON call(payload);
            CREATE TABLE second(n INTEGER); INSERT INTO second VALUES (0);
            """);
        return path;
    }

    public static void Execute(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static T Scalar<T>(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    public static string[] Column(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(reader.GetString(0));
        }

        return [.. values];
    }

    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
