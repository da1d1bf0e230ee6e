using CvpActors.Node.Settings;
using Microsoft.Data.Sqlite;

namespace CvpActors.Node.Demo;

/// <summary>Makes a reporting database up: some weeks of calls, each with its events, sessions and elements.</summary>
internal static class DemoDatabase
{
    private const int Seed = 590;

    /// <summary>Creates the database unless it is there. It appears under its name only when it is whole.</summary>
    public static void Create(string path, DemoSettings demo, TimeProvider time)
    {
        if (File.Exists(path))
        {
            return;
        }

        var unfinished = path + ".partial";
        File.Delete(unfinished);
        using (var connection = Open(unfinished, SqliteOpenMode.ReadWriteCreate))
        {
            Execute(connection, DemoSchema.Tables);
            using var transaction = connection.BeginTransaction();
            var calls = new DemoCallWriter(connection, new Random(Seed));
            var now = time.GetUtcNow();
            var total = demo.Days * demo.CallsPerDay;
            for (var i = 0; i < total; i++)
            {
                calls.Write(now - TimeSpan.FromDays(demo.Days * (1 - ((double)i / total))));
            }

            transaction.Commit();

            // Readers and writers of a reporting database do not wait for each other.
            Execute(connection, "PRAGMA journal_mode = WAL");
        }

        File.Move(unfinished, path);
    }

    /// <summary>Opens the database; not pooled, so that a file that was deleted is not kept alive.</summary>
    public static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
