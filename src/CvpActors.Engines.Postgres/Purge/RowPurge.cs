using CvpActors.Domain.Purges;
using Npgsql;
using NpgsqlTypes;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>Deletes the old rows of one table or partition in batches that others hardly notice.</summary>
/// <remarks>
/// Where rows of other tables may refer to these, a batch first locks its rows, skipping those that somebody else has, and then deletes, by a snapshot
/// taken after that, those to which nothing refers. Who inserts a child has to lock its parent in turn: so none can come between the look and
/// the deletion, whatever the key would do with it. Where nothing can refer to them, a <see cref="RowSweep"/> goes first, and this takes up what it was stopped by.
/// </remarks>
internal sealed class RowPurge(PurgeBatches batches, PurgeTarget target, PurgeTally tally, uint oid, string table)
{
    /// <summary>What somebody has locked is come back to so often.</summary>
    private const int MostPasses = 5;

    /// <summary>A trigger that refuses every row is not to be asked about each.</summary>
    private const int MostRefused = 1000;

    private readonly BatchSize _size = batches.NewSize();
    private readonly HashSet<NpgsqlTid> _refused = [];
    private int _batch;

    /// <summary>Whether old rows are still there that nothing is seen to refer to: somebody has them locked, or they were refused.</summary>
    public bool HasLeft { get; private set; }

    /// <returns>How many rows were deleted.</returns>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        var deleted = 0L;
        if (!target.IsReferredTo)
        {
            var sweep = new RowSweep(batches, target, tally, oid, table, _size);
            var complete = await sweep.RunAsync(cancellation);
            deleted = sweep.Deleted;
            if (complete)
            {
                return deleted;
            }
        }

        for (var pass = 0; pass < MostPasses; pass++)
        {
            var (gone, left) = await PassAsync(cancellation);
            deleted += gone;
            HasLeft = left > 0 || _refused.Count > 0;
            if (left == 0)
            {
                break;
            }
        }

        return deleted;
    }

    private async Task<(long Gone, long Left)> PassAsync(CancellationToken cancellation)
    {
        var walk = await RowWalk.BeginAsync(batches.Session, target, oid, table, cancellation);
        long gone = 0, left = 0;
        while (_refused.Count < MostRefused)
        {
            var rows = await walk.NextAsync(_size.Rows, cancellation);
            if (rows.Length == 0)
            {
                break;
            }

            var deleted = await DeleteAsync(rows, cancellation);
            gone += deleted;
            left += rows.Length - deleted - rows.Count(_refused.Contains);
            await batches.PauseAsync(cancellation);
        }

        return (gone, left);
    }

    private async Task<long> DeleteAsync(NpgsqlTid[] rows, CancellationToken cancellation)
    {
        if (_refused.Count >= MostRefused || (rows.Length == 1 && _refused.Contains(rows[0])))
        {
            return 0;
        }

        try
        {
            var (deleted, cascaded) = await CommitAsync(rows, cancellation);
            tally.Rows += deleted;
            tally.Cascaded += cascaded;
            batches.Report(deleted);
            return deleted;
        }
        catch (PostgresException e) when (PurgeBatches.IsRefusal(e))
        {
            if (rows.Length == 1)
            {
                _refused.Add(rows[0]);
                tally.Refuse(e.MessageText);
                return 0;
            }

            // One of them is refused, and took the others back with it.
            var middle = rows.Length / 2;
            return await DeleteAsync(rows[..middle], cancellation) + await DeleteAsync(rows[middle..], cancellation);
        }
    }

    private async Task<(long Deleted, long Cascaded)> CommitAsync(NpgsqlTid[] rows, CancellationToken cancellation)
    {
        var step = $"batch {++_batch} of {target.Category.Name}";
        (long, long) done = default;
        await batches.InsistAsync(
            table, async () => done = await batches.CommitAsync(step, (_, elapsed) => _size.Learn(rows.Length, elapsed), () => LockAndDeleteAsync(rows, cancellation), cancellation), cancellation);
        return done;
    }

    private async Task<(long Deleted, long Cascaded)> LockAndDeleteAsync(NpgsqlTid[] rows, CancellationToken cancellation)
    {
        var session = batches.Session;
        var locked = (await session.ListAsync(
            $"SELECT p.ctid FROM ONLY {table} AS p WHERE p.ctid = ANY($1::text::tid[]) AND {target.Date.IsOld("p")} FOR UPDATE SKIP LOCKED", row => row.GetFieldValue<NpgsqlTid>(0), cancellation, Text(rows))).ToArray();
        if (locked.Length == 0)
        {
            return (0, 0);
        }

        var deleted = await session.ExecuteAsync(
            $"DELETE FROM ONLY {table} AS p WHERE p.ctid = ANY($1::text::tid[]) AND {target.Date.IsOld("p")}{target.AndIsFree("p")}", cancellation, Text(locked));

        // What the keys of those that referred to these rows did along with it, in whatever table.
        var cascaded = target.Category.CascadeAllowed && deleted > 0
            ? await session.ScalarAsync<long>("SELECT coalesce(sum(n_tup_del + n_tup_upd), 0)::int8 FROM pg_stat_xact_user_tables", cancellation) - deleted
            : 0;
        return (deleted, Math.Max(0, cascaded));
    }

    /// <summary>As the server reads an array: the library has no parameter of that type.</summary>
    private static string Text(NpgsqlTid[] rows) => $"{{{string.Join(',', rows.Select(row => $"\"({row.BlockNumber},{row.OffsetNumber})\""))}}}";
}
