using CvpActors.Engines.Postgres.Server;
using NpgsqlTypes;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Finds the old rows of one table or partition, a batch at a time, without a snapshot that lasts: along an index on the timestamp where there is one,
/// otherwise through the table's blocks from front to end. Neither comes back to where it has been, so that rows which have gone, and which a long
/// reader keeps the server from clearing away, are not met again.
/// </summary>
internal sealed class RowWalk
{
    private const int MostBlocksAtOnce = 1024;
    private const int FirstBlocks = 64;

    private readonly PostgresSession _session;
    private readonly PurgeTarget _target;
    private readonly string _table;
    private readonly bool _indexed;
    private readonly long _blocks;
    private readonly Queue<NpgsqlTid> _found = new();
    private (string Value, string Row)? _last;
    private long _block;
    private int _blocksAtOnce = FirstBlocks;
    private bool _atEnd;

    private RowWalk(PostgresSession session, PurgeTarget target, string table, bool indexed, long blocks)
    {
        _session = session;
        _target = target;
        _table = table;
        _indexed = indexed;
        _blocks = blocks;
    }

    /// <param name="session">Where to look.</param>
    /// <param name="target">Which rows are old.</param>
    /// <param name="oid">The table or partition.</param>
    /// <param name="table">Its name, quoted.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<RowWalk> BeginAsync(PostgresSession session, PurgeTarget target, uint oid, string table, CancellationToken cancellation)
    {
        var indexed = target.Date.IsInOrder && await IsIndexedAsync(session, target, oid, cancellation);
        return new RowWalk(session, target, table, indexed, await BlocksAsync(session, oid, cancellation));
    }

    /// <summary>How many blocks a table has now.</summary>
    public static Task<long> BlocksAsync(PostgresSession session, uint oid, CancellationToken cancellation) =>
        session.ScalarAsync<long>("SELECT pg_relation_size($1::oid::regclass) / current_setting('block_size')::int8", cancellation, oid);

    /// <summary>Whether an index has the timestamp as its first column, and all rows.</summary>
    public static async Task<bool> IsIndexedAsync(PostgresSession session, PurgeTarget target, uint oid, CancellationToken cancellation) =>
        await session.ScalarAsync<bool>(
            """
            SELECT EXISTS (
              SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
              WHERE i.indrelid = $1 AND m.amname = 'btree' AND i.indpred IS NULL AND i.indisvalid AND quote_ident(a.attname) = $2)
            """,
            cancellation, oid, target.Table.Column);

    /// <summary>The next old rows that are free to go as far as can be seen; empty at the end.</summary>
    public async Task<NpgsqlTid[]> NextAsync(int wanted, CancellationToken cancellation)
    {
        while (_found.Count < wanted && !_atEnd)
        {
            cancellation.ThrowIfCancellationRequested();
            await (_indexed ? ReadIndexAsync(wanted, cancellation) : ReadBlocksAsync(wanted, cancellation));
        }

        var batch = new NpgsqlTid[Math.Min(wanted, _found.Count)];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = _found.Dequeue();
        }

        return batch;
    }

    private async Task ReadIndexAsync(int wanted, CancellationToken cancellation)
    {
        var value = _target.Date.Value("p");
        var after = _last is { } last ? $" AND {value} >= '{last.Value}' AND ({value} > '{last.Value}' OR p.ctid > '{last.Row}')" : "";
        var rows = await _session.ListAsync(
            $"SELECT p.ctid, {value}::text, p.ctid::text FROM ONLY {_table} AS p WHERE {_target.Date.IsOld("p")}{after}{_target.AndIsFree("p")} ORDER BY {value}, p.ctid LIMIT {wanted}",
            row => (Row: row.GetFieldValue<NpgsqlTid>(0), Value: row.GetString(1), Text: row.GetString(2)),
            cancellation);
        rows.ForEach(row => _found.Enqueue(row.Row));
        _atEnd = rows.Count < wanted;
        _last = rows.Count > 0 ? (rows[^1].Value, rows[^1].Text) : _last;
    }

    private async Task ReadBlocksAsync(int wanted, CancellationToken cancellation)
    {
        var end = Math.Min(_blocks, _block + _blocksAtOnce);
        var rows = await _session.ListAsync(
            $"SELECT p.ctid FROM ONLY {_table} AS p WHERE p.ctid >= '({_block},0)' AND p.ctid < '({end},0)' AND {_target.Date.IsOld("p")}{_target.AndIsFree("p")}",
            row => row.GetFieldValue<NpgsqlTid>(0),
            cancellation);
        rows.ForEach(_found.Enqueue);
        _block = end;
        _atEnd = _block >= _blocks;
        _blocksAtOnce = rows.Count > wanted ? Math.Max(1, _blocksAtOnce / 2) : Math.Min(MostBlocksAtOnce, _blocksAtOnce * 2);
    }
}
