using System.Net.Sockets;
using CvpActors.Domain.Ports;
using Npgsql;
using NpgsqlTypes;

namespace CvpActors.Engines.Postgres.Server;

/// <summary>One connection to the server, whose errors are told in words that name the database.</summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    /// <summary>A server has them from its first day.</summary>
    private static readonly string[] EverywhereThere = ["postgres", "template1"];

    private readonly PostgresOptions _options;
    private readonly NpgsqlConnection _connection;

    private PostgresSession(PostgresOptions options, NpgsqlConnection connection)
    {
        _options = options;
        _connection = connection;
    }

    public NpgsqlConnection Connection => _connection;

    public string Place => _options.Place;

    /// <exception cref="DatabaseUnreachableException">The server does not answer.</exception>
    /// <exception cref="ReportingDatabaseException">It does, and lets nobody in.</exception>
    public static async Task<PostgresSession> OpenAsync(PostgresOptions options, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(options.Connection.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            var session = new PostgresSession(options, connection);

            // Times are read and written in one way whatever the server's or the role's setting is; and a wait for others ends when this process does.
            // What row security hides would look as if it were not there, and a cascade deletes it all the same: the server refuses such a look instead.
            await session.ExecuteAsync("SET row_security = off; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET client_connection_check_interval = '1s'", cancellation);
            return session;
        }
        catch (Exception e) when (Explain(options, e) is { } explained)
        {
            await connection.DisposeAsync();
            throw explained;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>In another database of the same server: some things cannot be done to a database from inside it.</summary>
    /// <exception cref="ReportingDatabaseException">As for <see cref="OpenAsync"/>.</exception>
    public static async Task<PostgresSession> OpenBesideAsync(PostgresOptions options, CancellationToken cancellation)
    {
        var places = EverywhereThere.Where(name => name != options.Connection.Database).ToArray();
        foreach (var database in places[..^1])
        {
            try
            {
                return await OpenAsync(options.For(database), cancellation);
            }
            catch (ReportingDatabaseException e) when (e is not DatabaseUnreachableException)
            {
                // Somebody dropped it, or closed it to this role.
            }
        }

        return await OpenAsync(options.For(places[^1]), cancellation);
    }

    /// <summary>A name, as it is written in a statement.</summary>
    public static string Quote(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);

    public Task<bool> HasDatabaseAsync(string name, CancellationToken cancellation) =>
        ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", cancellation, name);

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object[] values) =>
        await AskAsync(sql, command => command.ExecuteNonQueryAsync(cancellation), values);

    /// <summary>The first column of the first row; the default where there is none or it is NULL.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellation, params object[] values) =>
        await AskAsync(sql, command => command.ExecuteScalarAsync(cancellation), values) is T value ? value : default;

    public async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object[] values) =>
        await AskAsync(
            sql,
            async command =>
            {
                await using var rows = await command.ExecuteReaderAsync(cancellation);
                var list = new List<T>();
                while (await rows.ReadAsync(cancellation))
                {
                    list.Add(read(rows));
                }

                return list;
            },
            values);

    /// <summary>Runs a command. What the server refuses is thrown as <see cref="PostgresException"/>; a connection that broke, in our words.</summary>
    public async Task<T> AskAsync<T>(string sql, Func<NpgsqlCommand, Task<T>> ask, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        foreach (var value in values)
        {
            var parameter = new NpgsqlParameter { Value = value };
            if (value is uint)
            {
                parameter.NpgsqlDbType = NpgsqlDbType.Oid;
            }

            command.Parameters.Add(parameter);
        }

        try
        {
            return await ask(command);
        }
        catch (NpgsqlException e) when (e is not PostgresException)
        {
            throw Explain(_options, e)!;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>What an error of Npgsql's means, for a person; null for what is none of its.</summary>
    public static ReportingDatabaseException? Explain(PostgresOptions options, Exception error) => error switch
    {
        // It is there and not ready: starting, stopping, in recovery, full.
        PostgresException { SqlState: "57P03" or "57P01" or "57P02" or "53300" } e => new DatabaseUnreachableException($"{options.Place} is not to be reached now: {e.MessageText}", e),
        PostgresException { SqlState: "28P01" or "28000" } e => new ReportingDatabaseException(
            $"{options.Place} lets nobody in: {e.MessageText}; see password-file, password-env, passfile or service-file, whether the password has expired, and the server's pg_hba.conf", e),
        PostgresException e => new ReportingDatabaseException($"{options.Place}: {e.MessageText}{(e.Hint is { } hint ? $" ({hint})" : "")}", e),
        NpgsqlException e when e.Message.Contains("No password", StringComparison.OrdinalIgnoreCase) =>
            new ReportingDatabaseException($"{options.Place} wants a password and none is configured; see password-file, password-env, passfile or service-file", e),
        NpgsqlException or SocketException or TimeoutException => new DatabaseUnreachableException($"{options.Place} is not to be reached: {Innermost(error).Message}", error),
        _ => null,
    };

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
