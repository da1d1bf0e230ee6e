using CvpActors.Domain.Ports;
using Npgsql;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Takes whole partitions from a table. One goes only when the server's own bounds say that all its rows are old, and when no row says otherwise: it is looked
/// before it is detached, and counted before it is dropped.
/// </summary>
/// <remarks>
/// It is detached <c>CONCURRENTLY</c>, for which no reader or writer waits: from the first of its two steps on, the rows are no longer the table's; the
/// second waits for those who still read them. It is marked by a comment before. What a killed run, or one whose patience was over, has left
/// is known by that mark, ended and dropped by the next. Beside a default partition the server cannot do that: then it is detached
/// plainly, for a moment in which nobody else may be at the table, which is tried again and again and waited for no longer than a batch should
/// last. What cannot be detached in either way has its rows deleted in batches.
/// </remarks>
internal sealed class PartitionDrop(PurgeBatches batches, PurgeTarget target, PurgeTally tally)
{
    /// <summary>How long the second step waits for readers before it is left to the next purge; meanwhile nobody waits for it.</summary>
    private static readonly TimeSpan ReadersPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DropPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PlainPatience = TimeSpan.FromSeconds(15);

    private bool _isPending;

    private string Mark => $"cvp-actors: detached from {target.Table.Oid} to be dropped, its rows are purged";

    /// <summary>Ends and drops what an earlier run has left.</summary>
    public async Task FinishEarlierAsync(CancellationToken cancellation)
    {
        var tree = await PartitionTree.ReadAsync(batches.Session, target, cancellation);
        foreach (var pending in tree.Partitions.Where(partition => partition.IsPending))
        {
            if (pending.Mark != Mark)
            {
                // It may be on its way to an archive.
                tally.Keep($"{pending.Name} is being detached by somebody else, who has to end that (DETACH PARTITION … FINALIZE)", 1);
            }
            else if (await FinalizeAsync(pending.Name, cancellation))
            {
                await DropAsync(pending.Name, cancellation);
            }
        }

        var detached = await batches.Session.ListAsync(
            """
            SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND obj_description(c.oid, 'pg_class') = $1
            """,
            row => row.GetString(0), cancellation, Mark);
        foreach (var name in detached)
        {
            await DropAsync(name, cancellation);
        }
    }

    /// <summary>Takes what is old as a whole.</summary>
    /// <param name="onlyEmpty">
    /// Whether only such as have no row left: where rows may refer to these, those that nothing refers to are deleted first, and the server looks at
    /// the others itself when it detaches.
    /// </param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Whether there was any.</returns>
    public async Task<bool> RunAsync(bool onlyEmpty, CancellationToken cancellation)
    {
        var tree = await PartitionTree.ReadAsync(batches.Session, target, cancellation);
        if (!tree.IsByTime || target.HasTriggers || tree.Partitions.Any(partition => partition.IsPending))
        {
            return false;
        }

        // By the index, where there is one: that no row stays is most often seen at once.
        await batches.Session.ExecuteAsync("SET enable_seqscan = off", cancellation);
        var any = false;
        foreach (var partition in tree.Partitions.Where(partition => partition.IsWhollyOld(target.Date.OlderThan)))
        {
            cancellation.ThrowIfCancellationRequested();
            var stays = onlyEmpty ? "" : $" WHERE {target.Date.Stays("p")}";
            if (await batches.Session.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {partition.Name} AS p{stays})", cancellation))
            {
                continue;
            }

            if (_isPending)
            {
                // The server has one pending at a time.
                break;
            }

            any |= await (tree.HasDefault ? DetachPlainlyAsync(partition, cancellation) : DetachAsync(partition, cancellation));
        }

        await batches.Session.ExecuteAsync("SET enable_seqscan = on", cancellation);
        return any;
    }

    private async Task<bool> DetachAsync(Partition partition, CancellationToken cancellation)
    {
        await MarkAsync(partition.Name, Mark, cancellation);
        batches.CommitPoint($"the detaching of {partition.Name}");
        await batches.SetLockTimeoutAsync(ReadersPatience, cancellation);
        try
        {
            await batches.Session.ExecuteAsync($"ALTER TABLE {target.Table.Name} DETACH PARTITION {partition.Name} CONCURRENTLY", cancellation);
        }
        catch (PostgresException e) when (PurgeBatches.IsOfOthers(e))
        {
            if (await IsPendingAsync(partition.Oid, cancellation))
            {
                _isPending = true;
                var rows = await batches.Session.ScalarAsync<long>($"SELECT count(*) FROM {partition.Name}", cancellation);
                tally.Keep($"{partition.Name} is detached and will be dropped when those have ended who still read it", rows);
                return true;
            }

            await MarkAsync(partition.Name, partition.Mark, cancellation);
            return false;
        }
        finally
        {
            await batches.ResetLockTimeoutAsync(CancellationToken.None);
        }

        await DropAsync(partition.Name, cancellation);
        return true;
    }

    private async Task<bool> DetachPlainlyAsync(Partition partition, CancellationToken cancellation)
    {
        await MarkAsync(partition.Name, Mark, cancellation);
        var detached = await batches.TryAsync(
            () => batches.CommitAsync(
                $"the detaching of {partition.Name}", null, () => batches.Session.ExecuteAsync($"ALTER TABLE {target.Table.Name} DETACH PARTITION {partition.Name}", cancellation), cancellation),
            PlainPatience, cancellation);
        if (detached)
        {
            await DropAsync(partition.Name, cancellation);
        }
        else
        {
            await MarkAsync(partition.Name, partition.Mark, cancellation);
        }

        return detached;
    }

    private async Task<bool> FinalizeAsync(string partition, CancellationToken cancellation)
    {
        batches.CommitPoint($"the end of the detaching of {partition}");
        await batches.SetLockTimeoutAsync(ReadersPatience, cancellation);
        try
        {
            await batches.Session.ExecuteAsync($"ALTER TABLE {target.Table.Name} DETACH PARTITION {partition} FINALIZE", cancellation);
            return true;
        }
        catch (PostgresException e) when (PurgeBatches.IsOfOthers(e))
        {
            tally.Keep($"{partition} is detached and will be dropped when those have ended who still read it", 1);
            return false;
        }
        finally
        {
            await batches.ResetLockTimeoutAsync(CancellationToken.None);
        }
    }

    /// <summary>Drops what is detached, once more counted: what a table is that bears the mark, its rows say.</summary>
    private async Task DropAsync(string name, CancellationToken cancellation)
    {
        var (stay, rows) = (await batches.Session.ListAsync(
            $"SELECT count(*) FILTER (WHERE {target.Date.Stays("p")}), count(*) FROM {name} AS p", row => (row.GetInt64(0), row.GetInt64(1)), cancellation)).Single();
        if (stay > 0)
        {
            throw new ReportingDatabaseException(
                $"{name} in {batches.Session.Place} was detached from {target.Table.Name} to be dropped, and has {stay} rows that may not go: it stays as it is; attach it again, or drop it");
        }

        try
        {
            var dropped = await batches.TryAsync(
                () => batches.CommitAsync($"the drop of {name}", null, () => batches.Session.ExecuteAsync($"DROP TABLE {name}", cancellation), cancellation), DropPatience, cancellation);
            if (!dropped)
            {
                tally.Keep($"{name} is detached and will be dropped when nobody has it locked", rows);
                return;
            }
        }
        catch (PostgresException e) when (e.SqlState == "2BP01")
        {
            tally.Keep($"{name} is detached and cannot be dropped: {e.MessageText}", rows);
            return;
        }

        tally.Rows += rows;
        batches.Report(rows);
    }

    private Task MarkAsync(string partition, string? mark, CancellationToken cancellation) => batches.InsistAsync(
        partition,
        () => batches.CommitAsync(
            $"the mark of {partition}", null,
            () => batches.Session.ExecuteAsync($"COMMENT ON TABLE {partition} IS {(mark is null ? "NULL" : $"'{mark.Replace("'", "''", StringComparison.Ordinal)}'")}", cancellation), cancellation),
        cancellation);

    private async Task<bool> IsPendingAsync(uint oid, CancellationToken cancellation) =>
        await batches.Session.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = $1 AND inhdetachpending)", cancellation, oid);
}
