using System.Text.RegularExpressions;
using CvpActors.Domain.Purges;
using CvpActors.Engines.Postgres.Server;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>A partition of a table, directly below it.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Name">Its name with its schema, quoted.</param>
/// <param name="From">From which moment its rows are, and then it is that by the server's own constraint; null: from any, or not known.</param>
/// <param name="To">Before which moment; null likewise.</param>
/// <param name="IsDefault">Whether it takes what no other does.</param>
/// <param name="IsPending">Whether its detaching has begun and not ended: its rows are no longer the table's.</param>
/// <param name="Mark">The comment on it.</param>
internal sealed record Partition(uint Oid, string Name, DateTimeOffset? From, DateTimeOffset? To, bool IsDefault, bool IsPending, string? Mark)
{
    /// <summary>Whether all its rows are old, however many there are.</summary>
    public bool IsWhollyOld(DateTimeOffset olderThan) => From >= DatableSpan.Earliest && To <= olderThan && !IsPending;
}

/// <summary>The partitions of one table.</summary>
internal sealed partial class PartitionTree
{
    private PartitionTree(IReadOnlyList<Partition> partitions, bool isByTime)
    {
        Partitions = partitions;
        IsByTime = isByTime;
    }

    /// <summary>Those directly below the table.</summary>
    public IReadOnlyList<Partition> Partitions { get; }

    /// <summary>Whether it is partitioned by range on the timestamp and nothing else.</summary>
    public bool IsByTime { get; }

    public bool HasDefault => Partitions.Any(partition => partition.IsDefault);

    public static async Task<PartitionTree> ReadAsync(PostgresSession session, PurgeTarget target, CancellationToken cancellation)
    {
        if (!target.Table.IsPartitioned)
        {
            return new PartitionTree([], isByTime: false);
        }

        var isByTime = target.Date.IsInOrder && await session.ScalarAsync<bool>(
            "SELECT partstrat = 'r' AND partnatts = 1 AND partattrs[0] = $2 FROM pg_partitioned_table WHERE partrelid = $1", cancellation, target.Table.Oid, target.Table.ColumnNumber);
        var partitions = await session.ListAsync(
            """
            SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), pg_get_expr(c.relpartbound, c.oid), i.inhdetachpending, obj_description(c.oid, 'pg_class')
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE i.inhparent = $1 ORDER BY c.relname
            """,
            row =>
            {
                var bound = row.IsDBNull(2) ? "" : row.GetString(2);
                var range = isByTime ? Range().Match(bound) : Match.Empty;
                return new Partition(
                    row.GetFieldValue<uint>(0), row.GetString(1), Moment(target, range, 1), Moment(target, range, 2), bound == "DEFAULT", row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetString(4));
            },
            cancellation, target.Table.Oid);
        return new PartitionTree(partitions, isByTime);
    }

    /// <summary>The tables that really hold a target's rows, by their numbers and names.</summary>
    public static async Task<List<(uint Oid, string Name)>> LeavesAsync(PostgresSession session, PurgeTarget target, CancellationToken cancellation) =>
        !target.Table.IsPartitioned
            ? [(target.Table.Oid, target.Table.Name)]
            : await session.ListAsync(
                """
                SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                FROM pg_partition_tree($1::oid::regclass) t JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE t.isleaf AND c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid AND i.inhdetachpending) ORDER BY c.relname
                """,
                row => (row.GetFieldValue<uint>(0), row.GetString(1)), cancellation, target.Table.Oid);

    private static DateTimeOffset? Moment(PurgeTarget target, Match range, int group) => range.Success ? target.Date.OfBound(range.Groups[group].Value) : null;

    /// <summary>One column, as the server writes it: FOR VALUES FROM ('2026-01-01 00:00:00+00') TO (MAXVALUE).</summary>
    [GeneratedRegex(@"^FOR VALUES FROM \('?([^'()]*)'?\) TO \('?([^'()]*)'?\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Range();
}
