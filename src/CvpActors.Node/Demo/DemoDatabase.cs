using CvpActors.Node.Configuration;
using CvpActors.Node.Engines.Sqlite;
using CvpActors.Node.Settings;
using Microsoft.Data.Sqlite;

namespace CvpActors.Node.Demo;

/// <summary>Makes a reporting database up: some weeks of calls, each with its events, sessions and elements.</summary>
internal static class DemoDatabase
{
    private const int Seed = 590;

    /// <summary>Creates the database unless it is there. It appears under its name only when it is whole.</summary>
    /// <exception cref="SettingsException">The database to be made up is not a SQLite one.</exception>
    public static void Create(NodeSettings settings, TimeProvider time) =>
        Create(PathOf(settings), settings.Demo!.Days, settings.Demo.CallsPerDay, time);

    /// <summary>Creates a database of so many days with so many calls each, unless it is there.</summary>
    public static void Create(string path, int days, int callsPerDay, TimeProvider time)
    {
        if (File.Exists(path))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        var unfinished = path + ".partial";
        File.Delete(unfinished);
        using (var connection = Open(unfinished, SqliteOpenMode.ReadWriteCreate))
        {
            Execute(connection, DemoSchema.Tables);
            using var transaction = connection.BeginTransaction();
            var calls = new DemoCallWriter(connection, new Random(Seed));
            var now = time.GetUtcNow();
            var total = days * callsPerDay;
            for (var i = 0; i < total; i++)
            {
                calls.Write(now - TimeSpan.FromDays(days * (1 - ((double)i / total))));
            }

            transaction.Commit();

            // Readers and writers of a reporting database do not wait for each other.
            Execute(connection, "PRAGMA journal_mode = WAL");
        }

        File.Move(unfinished, path);
    }

    /// <summary>The file of the database that is made up.</summary>
    public static string PathOf(NodeSettings settings) =>
        settings.Databases.Single(d => d.Id == settings.Demo!.Database) is { Engine: ConfiguredSqlite sqlite }
            ? sqlite.Options.Path
            : throw new SettingsException("cvp-actors.demo.database", $"\"{settings.Demo!.Database}\" is not a SQLite database; allowed: one that is");

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
