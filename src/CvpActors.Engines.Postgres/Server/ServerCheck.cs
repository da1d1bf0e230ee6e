using CvpActors.Domain.Ports;
using Npgsql;
using Npgsql.Replication;

namespace CvpActors.Engines.Postgres.Server;

/// <summary>Looks whether the server and the programs are such as a run needs: at a node's start, and before each run.</summary>
internal static class ServerCheck
{
    private const int LeastVersion = 15;

    /// <exception cref="ReportingDatabaseException">They are not; says what is, and what is allowed.</exception>
    public static async Task RunAsync(PostgresOptions options, PostgresTools tools, CancellationToken cancellation)
    {
        await using var session = await PostgresSession.OpenAsync(options, cancellation);
        var server = session.Connection.PostgreSqlVersion.Major;
        if (server < LeastVersion)
        {
            throw new ReportingDatabaseException($"{options.Place} is PostgreSQL {session.Connection.PostgreSqlVersion}; allowed: {LeastVersion} or later");
        }

        string[] programs = options.Method == BackupMethod.Dump ? ["pg_dump", "pg_restore"] : ["pg_basebackup"];
        foreach (var program in programs)
        {
            var version = await tools.MajorVersionAsync(program, cancellation);
            if (version < server)
            {
                throw new ReportingDatabaseException(
                    $"{tools.Find(program)} is of PostgreSQL {version} and {options.Place} is {server}; allowed: programs of the server's version or a later one (bin-directory)");
            }
        }

        if (options.Method == BackupMethod.BaseBackup)
        {
            await CheckForBaseBackupAsync(session, options, cancellation);
        }
    }

    private static async Task CheckForBaseBackupAsync(PostgresSession session, PostgresOptions options, CancellationToken cancellation)
    {
        // One stream cannot carry them, and a backup without them would be none.
        var spaces = await session.ListAsync("SELECT spcname FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY 1", row => row.GetString(0), cancellation);
        if (spaces.Count > 0)
        {
            throw new ReportingDatabaseException(
                $"{options.Place} has tablespaces of its own ({string.Join(", ", spaces)}), which one base backup stream cannot hold; allowed: none, or method = dump");
        }

        try
        {
            await using var replication = new PhysicalReplicationConnection(options.Connection.ConnectionString);
            await replication.Open(cancellation);
            await replication.IdentifySystem(cancellation);
        }
        catch (NpgsqlException e)
        {
            var said = e is PostgresException refused ? refused.MessageText : e.Message;
            throw new ReportingDatabaseException(
                $"{options.Place} lets {options.Connection.Username} make no base backup: {said}; allowed: a role with REPLICATION, a line for replication in pg_hba.conf, and max_wal_senders above 1", e);
        }
    }
}
