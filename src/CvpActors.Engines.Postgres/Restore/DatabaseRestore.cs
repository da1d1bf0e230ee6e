using System.Globalization;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres.Restore;

/// <summary>Restores a dump into a new database of the server: under the name that is wanted only when all of it is there.</summary>
internal sealed class DatabaseRestore(PostgresOptions options)
{
    private const int LongestName = 63;

    /// <param name="backup">The dump.</param>
    /// <param name="database">The new database's name.</param>
    /// <param name="run">Keeps the program on record; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BackupFailedException">There is one of that name, or the restore failed. What was made is dropped.</exception>
    public async Task RunAsync(string backup, string database, RunContext? run, CancellationToken cancellation)
    {
        if (database.Length is 0 or > LongestName)
        {
            throw new BackupFailedException($"\"{database}\" is no name of a database; allowed: 1 to {LongestName} characters");
        }

        var partial = $"cvp_restore_{Guid.NewGuid():n}";
        await using var session = await PostgresSession.OpenAsync(options, cancellation);
        if (await ExistsAsync(session, database, cancellation))
        {
            throw new BackupFailedException($"there is a database \"{database}\" on {options.Connection.Host}:{options.Connection.Port} already; allowed: a name that is new");
        }

        // As the original is: its encoding and order are not in a dump's objects.
        await session.ExecuteAsync($"CREATE DATABASE {partial} TEMPLATE template0 {await LikeTheOriginalAsync(session, cancellation)}", cancellation);
        try
        {
            await new PostgresTools(options.For(partial)).RunAsync(
                "pg_restore",
                ["--exit-on-error", "--no-password", $"--dbname={partial}", FormattableString.Invariant($"--jobs={Math.Clamp(Environment.ProcessorCount, 1, 8)}"), backup],
                (output, stop) => output.CopyToAsync(Stream.Null, stop), run, cancellation);
            await session.ExecuteAsync($"ALTER DATABASE {partial} RENAME TO {Quote(database)}", cancellation);
        }
        catch
        {
            await session.ExecuteAsync($"DROP DATABASE IF EXISTS {partial} WITH (FORCE)", CancellationToken.None);
            throw;
        }

    }

    private static Task<bool> ExistsAsync(PostgresSession session, string database, CancellationToken cancellation) =>
        session.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", cancellation, database);

    private static async Task<string> LikeTheOriginalAsync(PostgresSession session, CancellationToken cancellation)
    {
        var (encoding, collate, type, provider, icu) = (await session.ListAsync(
            session.Connection.PostgreSqlVersion.Major >= 17
                ? "SELECT pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider::text, datlocale FROM pg_database WHERE datname = current_database()"
                : "SELECT pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider::text, daticulocale FROM pg_database WHERE datname = current_database()",
            row => (row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? "" : row.GetString(4)), cancellation)).Single();
        var like = string.Create(CultureInfo.InvariantCulture, $"ENCODING '{encoding}' LC_COLLATE '{collate}' LC_CTYPE '{type}'");
        return provider switch
        {
            "i" => $"{like} LOCALE_PROVIDER icu ICU_LOCALE '{icu}'",
            "b" => $"{like} LOCALE_PROVIDER builtin BUILTIN_LOCALE '{icu}'",
            _ => like,
        };
    }

    private static string Quote(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);
}
