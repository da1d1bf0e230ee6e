using System.Net;
using Npgsql;

namespace CvpActors.Engines.Postgres.Server;

/// <summary>How a PostgreSQL database is backed up.</summary>
public enum BackupMethod
{
    /// <summary>One database, by <c>pg_dump</c>.</summary>
    Dump,

    /// <summary>The whole server with its WAL, by <c>pg_basebackup</c>.</summary>
    BaseBackup,
}

/// <summary>
/// A PostgreSQL reporting database: how it is reached, and how it is maintained. No secret is ever part of its text or of an error about it.
/// </summary>
public sealed class PostgresOptions
{
    /// <summary>The name under which the server's administrator sees us, unless another is configured.</summary>
    public const string DefaultApplicationName = "CvpActors";

    private const int ConnectWithinSeconds = 10;

    private readonly NpgsqlConnectionStringBuilder _connection;

    /// <summary>Reads how the database is reached.</summary>
    /// <param name="connectionString">As Npgsql reads it, without the password.</param>
    /// <param name="password">The password; null where none is needed or <paramref name="passfile"/> has it.</param>
    /// <param name="passfile">A file in the form of <c>.pgpass</c>; null: <c>PGPASSFILE</c> of this process, then <c>.pgpass</c> of its user.</param>
    /// <exception cref="ArgumentException">The connection string cannot be used; the message says what is wrong and what is allowed, and repeats nothing of it.</exception>
    public PostgresOptions(string connectionString, string? password = null, string? passfile = null)
        : this(Parse(connectionString), password, passfile)
    {
    }

    internal PostgresOptions(NpgsqlConnectionStringBuilder connection, string? password, string? passfile)
    {
        _connection = connection;
        if (_connection.Host is not { Length: > 0 } host || _connection.Database is not { Length: > 0 } || _connection.Username is not { Length: > 0 })
        {
            throw new ArgumentException("names no host, no database or no user; allowed: Host=…;Database=…;Username=…");
        }

        if (host.Contains(',', StringComparison.Ordinal))
        {
            throw new ArgumentException("names several hosts; allowed: one server, which is the one that is maintained");
        }

        _connection.Password = password ?? _connection.Password;
        _connection.Passfile = passfile ?? _connection.Passfile ?? Environment.GetEnvironmentVariable("PGPASSFILE");
        _connection.ApplicationName ??= DefaultApplicationName;
        _connection.Pooling = false;
        if (!_connection.ContainsKey("Timeout"))
        {
            _connection.Timeout = ConnectWithinSeconds;
        }

        // A purge's statements are bounded by themselves; a survey of a large table may take its time.
        _connection.CommandTimeout = 0;
    }

    /// <summary>Where it is, for a person: <c>reporting on db.example:5432</c>.</summary>
    public string Place => $"{_connection.Database} on {_connection.Host}:{_connection.Port}";

    /// <summary>How it is backed up.</summary>
    public BackupMethod Method { get; init; } = BackupMethod.Dump;

    /// <summary>Where the vendor's programs are; null: the newest that are installed, see <see cref="PostgresTools"/>.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>How long a dump waits for a table that somebody has locked for himself alone.</summary>
    public TimeSpan LockTimeout { get; init; } = DefaultLockTimeout;

    /// <summary>Whether a base backup spreads its checkpoint over time, as the server is set, instead of making it at once.</summary>
    public bool SpreadsCheckpoint { get; init; }

    /// <summary>How far ahead partitions are made of tables that a purge finds partitioned by time; zero: none are made.</summary>
    public TimeSpan PartitionsAhead { get; init; }

    /// <summary>The wait when none is configured.</summary>
    public static TimeSpan DefaultLockTimeout { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the server's disks are this machine's, as far as its address tells.</summary>
    internal bool IsOnThisMachine => _connection.Host is { } host
        && (host[0] is '/' or '@' || host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)));

    internal NpgsqlConnectionStringBuilder Connection => _connection;

    /// <summary>The same server, another database.</summary>
    public PostgresOptions For(string database) =>
        new PostgresOptions(new NpgsqlConnectionStringBuilder(_connection.ConnectionString) { Database = database }, null, null)
            .With(Method, BinDirectory, LockTimeout, SpreadsCheckpoint, PartitionsAhead);

    /// <summary>The same database, maintained in another way.</summary>
    public PostgresOptions With(BackupMethod method, string? binDirectory, TimeSpan lockTimeout, bool spreadsCheckpoint, TimeSpan partitionsAhead) =>
        new(new NpgsqlConnectionStringBuilder(_connection.ConnectionString), null, null)
        {
            Method = method,
            BinDirectory = binDirectory,
            LockTimeout = lockTimeout,
            SpreadsCheckpoint = spreadsCheckpoint,
            PartitionsAhead = partitionsAhead,
        };

    /// <inheritdoc/>
    public override string ToString() => Place;

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Its words may repeat a value, and a value may be a password that went astray.
            throw new ArgumentException("cannot be read; allowed: Host=…;Database=…;Username=…", e);
        }

        return connection.Password is null
            ? connection
            : throw new ArgumentException("holds a password, which configuration files are no place for; allowed: password-file, password-env or passfile beside it");
    }
}
