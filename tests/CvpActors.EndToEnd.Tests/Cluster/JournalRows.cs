using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CvpActors.EndToEnd.Tests.Cluster;

/// <summary>What stands in the tables of Akka.Persistence.Sql, as texts that do not depend on the database.</summary>
internal static class JournalRows
{
    public static readonly string[] Tables = ["journal", "tags", "snapshot"];

    /// <summary>The rows of all tables in a node's data directory, which no node uses.</summary>
    public static async Task<IReadOnlyList<string>> InDirectoryAsync(string dataDirectory)
    {
        var rows = new List<string>();
        foreach (var table in Tables)
        {
            var file = Path.Combine(dataDirectory, table == "snapshot" ? "snapshots.db" : "journal.db");
            await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            rows.AddRange(await OfAsync(connection, table));
        }

        return rows;
    }

    /// <summary>The rows of all tables in a PostgreSQL.</summary>
    public static async Task<IReadOnlyList<string>> InPostgresAsync(string connectionString)
    {
        var rows = new List<string>();
        foreach (var table in Tables)
        {
            await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
            rows.AddRange(await OfAsync(connection, table));
        }

        return rows;
    }

    private static async Task<IReadOnlyList<string>> OfAsync(DbConnection connection, string table)
    {
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the names of tables are the tests' own
        command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var columns = Enumerable.Range(0, reader.FieldCount).OrderBy(reader.GetName, StringComparer.Ordinal).ToList();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add($"{table}: {string.Join(", ", columns.Select(c => $"{reader.GetName(c)}={Text(reader.GetValue(c))}"))}");
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private static string Text(object value) => value switch
    {
        DBNull => "null",
        byte[] bytes => Convert.ToHexString(bytes),
        bool yes => yes ? "1" : "0",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
