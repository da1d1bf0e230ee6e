using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Persistence.Sql;
using CvpActors.Actors.Serialization;
using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;
using Microsoft.Data.Sqlite;

namespace CvpActors.Node.Hosting;

/// <summary>The administrator's configuration, as it was read.</summary>
internal sealed record NodeConfiguration(Config Files)
{
    private const string JournalKey = "akka.persistence.journal.sql.connection-string";
    private const string SnapshotsKey = "akka.persistence.snapshot-store.sql.connection-string";

    /// <summary>The whole configuration of the actor system: the administrator's over ours over the libraries'.</summary>
    public Config ForActorSystem(NodeSettings settings)
    {
        var defaults = ConfigurationFactory.FromResource("defaults.conf", typeof(NodeConfiguration).Assembly);
        return Files
            .WithFallback(EmbeddedStores(settings.DataDirectory))
            .WithFallback(defaults)
            .WithFallback(ProtocolConfiguration.Default)
            .WithFallback(ClusterSingleton.DefaultConfig())
            .WithFallback(SqlPersistence.DefaultConfiguration);
    }

    /// <summary>
    /// Sets the embedded stores' write-ahead log once, before anything else opens them. Each has a file of its own, so that
    /// a snapshot never waits for the journal.
    /// </summary>
    public void PrepareEmbeddedStores(NodeSettings settings)
    {
        if (Files.HasPath(JournalKey))
        {
            return;
        }

        foreach (var connectionString in new[] { Journal(settings.DataDirectory), Snapshots(settings.DataDirectory) })
        {
            using var connection = new SqliteConnection(connectionString);
            try
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA journal_mode = WAL";
                command.ExecuteScalar();
            }
            catch (SqliteException e)
            {
                throw new SettingsException("cvp-actors.data-directory", $"{connection.DataSource} cannot be used ({e.Message}); allowed: a directory on a local disk");
            }
        }
    }

    private static Config EmbeddedStores(string dataDirectory) => ConfigurationFactory.ParseString(
        $"{JournalKey} = \"{Escape(Journal(dataDirectory))}\"\n{SnapshotsKey} = \"{Escape(Snapshots(dataDirectory))}\"");

    private static string Journal(string dataDirectory) => $"Data Source={Path.Combine(dataDirectory, "journal.db")}";

    private static string Snapshots(string dataDirectory) => $"Data Source={Path.Combine(dataDirectory, "snapshots.db")}";

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
