using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CvpActors.Node.Offline;

/// <summary>The tables of a PostgreSQL that a journal is copied to: all in one transaction, so that they are filled as a whole or not at all.</summary>
internal sealed class PostgresJournal : IAsyncDisposable
{
    /// <summary>Others may read meanwhile. A coordinator that writes, and another copy, wait for the end.</summary>
    private const string LockMode = "SHARE ROW EXCLUSIVE";

    private static readonly TimeSpan LockWithin = TimeSpan.FromSeconds(5);

    /// <summary>For one statement; the longest is a copy of all events.</summary>
    private static readonly TimeSpan StatementWithin = TimeSpan.FromHours(1);

    private readonly NpgsqlConnection _connection;
    private NpgsqlTransaction? _transaction;

    private PostgresJournal(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Where it is, for a person.</summary>
    public string Name => $"{_connection.Database} at {_connection.Host}:{_connection.Port}";

    /// <exception cref="NpgsqlException">The server does not answer or refuses the user.</exception>
    public static async Task<PostgresJournal> ConnectAsync(string connectionString, CancellationToken cancellation)
    {
        var patient = new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = (int)StatementWithin.TotalSeconds, Pooling = false };
        var connection = new NpgsqlConnection(patient.ToString());
        try
        {
            await connection.OpenAsync(cancellation);
            return new PostgresJournal(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether this user may make tables, where tables are made when no schema is named.</summary>
    public async Task<bool> MayMakeTablesAsync(CancellationToken cancellation) =>
        await ScalarAsync("SELECT has_schema_privilege(current_schema(), 'CREATE')", cancellation) is true;

    public async Task<bool> HasAsync(JournalTable table, CancellationToken cancellation) =>
        await ScalarAsync($"""SELECT to_regclass('"{table.Name}"') IS NOT NULL""", cancellation) is true;

    /// <summary>Begins the transaction and keeps other writers away until it has ended.</summary>
    /// <exception cref="JournalCopyException">Somebody writes to the tables at this moment.</exception>
    public async Task BeginAsync(JournalTables tables, CancellationToken cancellation)
    {
        _transaction = await _connection.BeginTransactionAsync(cancellation);
        await ScalarAsync($"SET LOCAL lock_timeout = {(int)LockWithin.TotalMilliseconds}", cancellation);
        try
        {
            await ScalarAsync($"LOCK TABLE {string.Join(", ", tables.All.Select(table => $"\"{table.Name}\""))} IN {LockMode} MODE", cancellation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new JournalCopyException($"somebody else writes to {Name} at this moment; stop what does", e);
        }
    }

    /// <summary>Fills a table with rows as they are, the values included that it would otherwise make up itself.</summary>
    /// <exception cref="JournalCopyException">The rows have other columns than the table.</exception>
    public async Task FillAsync(JournalTable table, SqliteDataReader rows, CancellationToken cancellation)
    {
        var columns = await ColumnsAsync(table, rows, cancellation);
        var names = string.Join(", ", columns.Select(column => $"\"{column.ColumnName}\""));
        await using (var import = await _connection.BeginBinaryImportAsync($"""COPY "{table.Name}" ({names}) FROM STDIN (FORMAT BINARY)""", cancellation))
        {
            import.Timeout = StatementWithin;
            while (await rows.ReadAsync(cancellation))
            {
                await import.StartRowAsync(cancellation);
                for (var i = 0; i < columns.Count; i++)
                {
                    await WriteAsync(import, rows.GetValue(i), columns[i], cancellation);
                }
            }

            await import.CompleteAsync(cancellation);
        }

        if (table.Counted is { } counted)
        {
            await ScalarAsync($"""
                SELECT setval(pg_get_serial_sequence('"{table.Name}"', '{counted}'), MAX("{counted}")) FROM "{table.Name}" HAVING COUNT(*) > 0
                """, cancellation);
        }
    }

    public async Task<IReadOnlyList<StreamCount>> CountAsync(JournalTable table, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(StreamCount.Query(table), _connection, _transaction);
        return await StreamCount.ReadAsync(query, cancellation);
    }

    /// <summary>Ends the transaction. It cannot be cancelled: nobody would know then whether the tables are filled.</summary>
    public Task CommitAsync() => _transaction!.CommitAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    /// <summary>The table's columns in the order in which the rows have them.</summary>
    private async Task<IReadOnlyList<DbColumn>> ColumnsAsync(JournalTable table, SqliteDataReader rows, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""SELECT * FROM "{table.Name}" LIMIT 0""", _connection, _transaction);
        await using var none = await query.ExecuteReaderAsync(cancellation);
        var there = await none.GetColumnSchemaAsync(cancellation);
        string[] wanted = [.. Enumerable.Range(0, rows.FieldCount).Select(rows.GetName)];
        return wanted.Order(StringComparer.Ordinal).SequenceEqual(there.Select(column => column.ColumnName).Order(StringComparer.Ordinal))
            ? [.. wanted.Select(name => there.Single(column => column.ColumnName == name))]
            : throw new JournalCopyException(
                $"the table \"{table.Name}\" of {Name} has other columns ({string.Join(", ", there.Select(c => c.ColumnName))}) than the one to be copied ({string.Join(", ", wanted)}); "
                + "remove it, so that it is made anew");
    }

    private static Task WriteAsync(NpgsqlBinaryImporter import, object value, DbColumn column, CancellationToken cancellation) => value is DBNull
        ? import.WriteNullAsync(cancellation)
        : import.WriteAsync(Convert.ChangeType(value, column.DataType!), column.DataTypeName!, cancellation);

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, _connection, _transaction);
        return await command.ExecuteScalarAsync(cancellation);
    }
}
