using CvpActors.Node.Configuration;
using Npgsql;

namespace CvpActors.Node.Settings;

/// <summary>The section <c>journal</c>: where events and snapshots are kept.</summary>
/// <param name="Postgres">A PostgreSQL database that several nodes share; null for SQLite files in the data directory.</param>
internal sealed record JournalSettings(string? Postgres)
{
    public const string Section = "journal";

    /// <summary>Akka's own key for where the journal is. Whoever sets it knows what the nodes share.</summary>
    public const string AkkaKey = "akka.persistence.journal.sql.connection-string";

    /// <summary>A server that does not answer is given up after this, so that requests are not held up longer.</summary>
    private const int ConnectWithinSeconds = 3;

    private const int CommandWithinSeconds = 10;

    /// <exception cref="SettingsException">The connection string cannot be used, or holds a password.</exception>
    public static JournalSettings Read(SettingsSection journal)
    {
        var settings = new JournalSettings(journal.Has("postgres") ? ReadPostgres(journal.Section("postgres")) : null);
        journal.RefuseUnknownKeys();
        return settings;
    }

    private static string ReadPostgres(SettingsSection postgres)
    {
        var key = postgres.KeyPath("connection-string");
        var text = postgres.Text("connection-string");
        var password = SecretReader.Read(postgres, "password");
        postgres.RefuseUnknownKeys();
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(text);
            if (builder.Password is { Length: > 0 })
            {
                throw new SettingsException(key, "holds a password, which configuration files are no place for; allowed: password-file or password-env beside it");
            }

            if (builder.Host is not { Length: > 0 } || builder.Database is not { Length: > 0 })
            {
                throw new SettingsException(key, "names no host or no database; allowed: Host=…;Database=…;Username=…");
            }

            builder.Password = password;
            builder.ApplicationName ??= "CvpActors";
            if (!builder.ContainsKey("Timeout"))
            {
                builder.Timeout = ConnectWithinSeconds;
            }

            if (!builder.ContainsKey("Command Timeout"))
            {
                builder.CommandTimeout = CommandWithinSeconds;
            }

            return builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new SettingsException(key, $"cannot be read ({e.Message}); allowed: Host=…;Database=…;Username=…");
        }
    }
}
