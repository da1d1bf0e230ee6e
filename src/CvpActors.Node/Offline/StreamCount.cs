using System.Data.Common;

namespace CvpActors.Node.Offline;

/// <summary>How many rows of one persistence id a table has, and the highest of their sequence numbers.</summary>
internal sealed record StreamCount(string PersistenceId, long Rows, long Highest)
{
    /// <summary>The same question for every database: names are quoted as standard SQL has it.</summary>
    public static string Query(JournalTable table) =>
        $"""SELECT "{table.PersistenceId}", COUNT(*), MAX("{table.SequenceNumber}") FROM "{table.Name}" GROUP BY "{table.PersistenceId}" """;

    /// <summary>The answer to <see cref="Query"/>, in an order that does not depend on the database.</summary>
    public static async Task<IReadOnlyList<StreamCount>> ReadAsync(DbCommand query, CancellationToken cancellation)
    {
        var counts = new List<StreamCount>();
        await using var rows = await query.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            counts.Add(new StreamCount(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2)));
        }

        return [.. counts.OrderBy(count => count.PersistenceId, StringComparer.Ordinal)];
    }
}
