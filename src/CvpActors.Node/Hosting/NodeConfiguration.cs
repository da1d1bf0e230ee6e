using System.Globalization;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Persistence.Sql;
using CvpActors.Actors.Membership;
using CvpActors.Actors.Offsite;
using CvpActors.Actors.Serialization;
using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;
using Microsoft.Data.Sqlite;

namespace CvpActors.Node.Hosting;

/// <summary>The administrator's configuration, as it was read.</summary>
internal sealed record NodeConfiguration(Config Files)
{
    /// <summary>The name of the actor system, the same on all nodes.</summary>
    public const string SystemName = "cvp-actors";

    private const string SnapshotsKey = "akka.persistence.snapshot-store.sql.connection-string";

    /// <summary>
    /// SQLite has one writer at a time, and whoever finds it busy sleeps 150 ms before asking again: a thousand recoveries did little else. Reads
    /// therefore begin without the write lock, for which the provider's name is "read uncommitted"; without a shared cache they read
    /// what was committed all the same.
    /// </summary>
    private const string OneWriter = """
        akka.persistence.journal.sql {
          parallelism = 1
          batch-size = 1000
          read-isolation-level = read-uncommitted
        }
        akka.persistence.snapshot-store.sql.read-isolation-level = read-uncommitted
        """;

    /// <summary>Whether the administrator has set a key of Akka's own, which nobody needs to.</summary>
    public bool SetsAkkaKeys => Files.HasPath("akka") && !Files.GetConfig("akka").IsEmpty;

    /// <summary>Whether the administrator has set a key of Akka's that says how events and snapshots are stored.</summary>
    public bool SetsAkkaPersistence => Files.HasPath("akka.persistence");

    /// <summary>The whole configuration of the actor system: the administrator's over ours over the libraries'.</summary>
    public Config ForActorSystem(NodeSettings settings)
    {
        var defaults = ConfigurationFactory.FromResource("defaults.conf", typeof(NodeConfiguration).Assembly);
        return Files
            .WithFallback(Membership(settings))
            .WithFallback(Stores(settings))
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
        var coordinates = settings.Cluster?.Roles.Contains(NodeRoles.Coordinator) ?? true;
        if (!coordinates || settings.Journal.Postgres is not null || Files.HasPath(JournalSettings.AkkaKey))
        {
            return;
        }

        foreach (var connectionString in new[] { JournalFile(settings.DataDirectory), SnapshotsFile(settings.DataDirectory) }.Select(ConnectionString))
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

    /// <summary>The embedded journal of a node.</summary>
    public static string JournalFile(string dataDirectory) => Path.Combine(dataDirectory, "journal.db");

    /// <summary>The embedded snapshots of a node.</summary>
    public static string SnapshotsFile(string dataDirectory) => Path.Combine(dataDirectory, "snapshots.db");

    private static Config Membership(NodeSettings settings)
    {
        var identity = new NodeIdentity(settings.NodeName, NodeIdentity.CurrentContract).AsRoles;
        if (settings.Remote is { } remote)
        {
            identity = identity.Append(RemoteDirectory.RoleOf(remote.Name));
        }

        if (settings.Cluster is not { } cluster)
        {
            return ConfigurationFactory.ParseString($"akka.cluster.roles = [{Quoted(identity.Concat(settings.Remote is null ? [NodeRoles.Coordinator, NodeRoles.Reporting] : NodeRoles.All))}]");
        }

        var roles = cluster.Roles.Concat(identity);
        return ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            akka {
              remote.dot-netty.tcp {
                hostname = "{{cluster.Bind.Host}}"
                port = {{cluster.Bind.Port}}
                public-hostname = "{{cluster.Address.Host}}"
                public-port = {{cluster.Address.Port}}
                enable-ssl = {{(cluster.Tls is null ? "off" : "on")}}
              }
              cluster.roles = [{{Quoted(roles)}}]
            }
            """));
    }

    private static Config Stores(NodeSettings settings)
    {
        var (journal, snapshots) = settings.Journal.Postgres is { } postgres
            ? (postgres, postgres)
            : (ConnectionString(JournalFile(settings.DataDirectory)), ConnectionString(SnapshotsFile(settings.DataDirectory)));
        var provider = settings.Journal.Postgres is null ? "SQLite.MS" : "PostgreSQL.15";
        return ConfigurationFactory.ParseString($"""
            {JournalSettings.AkkaKey} = {Quoted(journal)}
            {SnapshotsKey} = {Quoted(snapshots)}
            akka.persistence.journal.sql.provider-name = "{provider}"
            akka.persistence.snapshot-store.sql.provider-name = "{provider}"
            {(settings.Journal.Postgres is null ? OneWriter : "")}
            """);
    }

    private static string ConnectionString(string file) => new SqliteConnectionStringBuilder { DataSource = file }.ConnectionString;

    private static string Quoted(IEnumerable<string> texts) => string.Join(", ", texts.Select(Quoted));

    private static string Quoted(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal) + "\"";
}
