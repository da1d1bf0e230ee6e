using CvpActors.Domain.Purges;
using Npgsql;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Deletes the old rows of one table or partition to which no row of another table can refer: one statement a batch finds and deletes them. Along an
/// index on the timestamp where there is one, otherwise through the table's blocks from front to end; never back to where it has been, so that rows
/// which have gone, and which a long reader keeps the server from clearing away, are not met again.
/// </summary>
/// <remarks>It stops at the first row that is locked or refused: what goes row by row is <see cref="RowPurge"/>'s.</remarks>
internal sealed class RowSweep(PurgeBatches batches, PurgeTarget target, PurgeTally tally, uint oid, string table, BatchSize size)
{
    /// <summary>How much of a table without an index is looked through at once where nothing is found.</summary>
    private const int BlocksAtOnce = 4096;

    private int _batch;

    /// <summary>How many rows were deleted.</summary>
    public long Deleted { get; private set; }

    /// <returns>Whether no old row is left; false when one was locked or refused.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        try
        {
            return target.Date.IsInOrder && await RowWalk.IsIndexedAsync(batches.Session, target, oid, cancellation)
                ? await ByIndexAsync(cancellation)
                : await ByBlocksAsync(cancellation);
        }
        catch (PostgresException e) when (PurgeBatches.IsOfOthers(e) || PurgeBatches.IsRefusal(e))
        {
            return false;
        }
    }

    private async Task<bool> ByIndexAsync(CancellationToken cancellation)
    {
        var value = target.Date.Value("p");
        for (string? last = null; ;)
        {
            var batch = await DeleteAsync($"{(last is null ? "" : $" AND {value} >= '{last}'")} ORDER BY {value}", value, cancellation);
            if (batch.Deleted == 0)
            {
                // What is found and does not go, a trigger keeps without a word.
                return batch.Found == 0;
            }

            last = batch.Last;
        }
    }

    private async Task<bool> ByBlocksAsync(CancellationToken cancellation)
    {
        var blocks = await RowWalk.BlocksAsync(batches.Session, oid, cancellation);
        var left = false;
        for (long block = 0; block < blocks; block += BlocksAtOnce)
        {
            for (var after = $"({block},0)"; ;)
            {
                var batch = await DeleteAsync($" AND p.ctid > '{after}' AND p.ctid < '({block + BlocksAtOnce},0)'", "p.ctid", cancellation);
                left |= batch.Deleted < batch.Found;
                if (batch.Deleted == 0)
                {
                    break;
                }

                after = batch.Last!;
            }
        }

        return !left;
    }

    private async Task<(long Found, long Deleted, string? Last)> DeleteAsync(string which, string position, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var sql = $"""
            WITH old AS MATERIALIZED (SELECT p.ctid AS row FROM ONLY {table} AS p WHERE {target.Date.IsOld("p")}{which} LIMIT {size.Rows}),
              gone AS (DELETE FROM ONLY {table} AS p WHERE p.ctid = ANY(ARRAY(SELECT row FROM old)) AND {target.Date.IsOld("p")} RETURNING {position} AS position)
            SELECT (SELECT count(*) FROM old), count(*), max(position)::text FROM gone
            """;
        var batch = await batches.CommitAsync(
            $"batch {++_batch} of {target.Category.Name}",
            (done, elapsed) => size.Learn((int)done.Deleted, elapsed),
            async () => (await batches.Session.ListAsync(
                sql, row => (Found: row.GetInt64(0), Deleted: row.GetInt64(1), Last: row.IsDBNull(2) ? null : row.GetString(2)), cancellation)).Single(),
            cancellation);
        Deleted += batch.Deleted;
        tally.Rows += batch.Deleted;
        if (batch.Deleted > 0)
        {
            batches.Report(batch.Deleted);
            await batches.PauseAsync(cancellation);
        }

        return batch;
    }
}
