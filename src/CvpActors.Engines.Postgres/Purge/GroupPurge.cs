using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Purges the tables of one group: whole partitions, then rows in batches. Where rows of the group refer to rows of it, this is done as long as rows
/// become free by it; what then holds only each other, a long chain or a circle, goes in one statement.
/// </summary>
internal sealed class GroupPurge(PurgeBatches batches, PurgeSchema schema, IReadOnlyList<PurgeTarget> group, Dictionary<PurgeTarget, PurgeTally> tallies)
{
    /// <summary>A chain of more links ends in one statement.</summary>
    private const int MostRounds = 10;

    private readonly HashSet<PurgeTarget> _haveLeft = [];

    private PostgresSession Session => batches.Session;

    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var target in group)
        {
            var drop = new PartitionDrop(batches, target, tallies[target]);
            await drop.FinishEarlierAsync(cancellation);
            if (!target.IsReferredTo)
            {
                await drop.RunAsync(onlyEmpty: false, cancellation);
            }
        }

        var refersToItself = schema.RefersToItself(group);
        for (var round = 0; await DeleteAsync(cancellation) > 0 && refersToItself && round < MostRounds; round++)
        {
        }

        foreach (var target in group)
        {
            if (target.IsReferredTo)
            {
                await new PartitionDrop(batches, target, tallies[target]).RunAsync(onlyEmpty: true, cancellation);
                tallies[target].Shrunk.IntersectWith((await PartitionTree.LeavesAsync(Session, target, cancellation)).Select(leaf => leaf.Name));
            }
        }

        if (refersToItself && await AnyOldAsync(cancellation))
        {
            await DeleteCirclesAsync(cancellation);
        }

        await CountKeptAsync(cancellation);
    }

    private async Task<long> DeleteAsync(CancellationToken cancellation)
    {
        var deleted = 0L;
        foreach (var target in group)
        {
            // As for one who walks: the planner's other choice would read the whole table for each batch.
            await Session.ExecuteAsync("SET enable_seqscan = off", cancellation);
            foreach (var (oid, name) in await PartitionTree.LeavesAsync(Session, target, cancellation))
            {
                var rows = new RowPurge(batches, target, tallies[target], oid, name);
                var gone = await rows.RunAsync(cancellation);
                deleted += gone;
                if (gone > 0)
                {
                    tallies[target].Shrunk.Add(name);
                }

                if (rows.HasLeft)
                {
                    _haveLeft.Add(target);
                }
            }

            await Session.ExecuteAsync("SET enable_seqscan = on", cancellation);
        }

        return deleted;
    }

    private async Task<bool> AnyOldAsync(CancellationToken cancellation)
    {
        foreach (var target in group)
        {
            if (await Session.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {target.Table.Name} AS p WHERE {target.Date.IsOld("p")})", cancellation))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Locks all old rows of the group first, so that nobody can come to refer to them, and then finds those that only such rows hold.</summary>
    private async Task DeleteCirclesAsync(CancellationToken cancellation)
    {
        var names = string.Join(", ", group.Select(target => target.Category.Name));
        try
        {
            await batches.TryAsync(() => batches.CommitAsync($"the circles of {names}", null, () => DeleteFreeAsync(cancellation), cancellation), null, cancellation);
        }
        catch (PostgresException e) when (PurgeBatches.IsRefusal(e))
        {
            // They stay, and are counted by what refers to them.
        }
    }

    private async Task<int> DeleteFreeAsync(CancellationToken cancellation)
    {
        foreach (var target in group)
        {
            await Session.ExecuteAsync($"SELECT count(*) FROM (SELECT FROM {target.Table.Name} AS p WHERE {target.Date.IsOld("p")} FOR UPDATE) AS locked", cancellation);
        }

        await new KeptClosure(Session, schema, group).FindAsync(cancellation);
        var parts = group.Select((target, i) =>
            $"d{i} AS (DELETE FROM {target.Table.Name} AS p WHERE {target.Date.IsOld("p")} AND NOT EXISTS (SELECT FROM {KeptClosure.TableOf(target)} AS k WHERE k.part = p.tableoid AND k.row = p.ctid) RETURNING 1)");
        var counts = group.Select((_, i) => $"(SELECT count(*) FROM d{i})");
        var gone = (await Session.ListAsync(
            $"WITH {string.Join(", ", parts)} SELECT ARRAY[{string.Join(", ", counts)}]", row => row.GetFieldValue<long[]>(0), cancellation)).Single();
        for (var i = 0; i < group.Count; i++)
        {
            tallies[group[i]].Rows += gone[i];
        }

        batches.Report(gone.Sum());
        return 0;
    }

    /// <summary>What is left of old rows, by what keeps them: a key's rows, or nothing that can be seen, and then somebody has them locked or a trigger spoke.</summary>
    private async Task CountKeptAsync(CancellationToken cancellation)
    {
        foreach (var target in group.Where(target => target.HeldBy.Count > 0 || _haveLeft.Contains(target)))
        {
            var tally = tallies[target];
            var kept = await Session.ListAsync(
                $"SELECT {target.HolderOf("p")}, count(*) FROM {target.Table.Name} AS p WHERE {target.Date.IsOld("p")} GROUP BY 1", row => (Key: row.GetInt32(0), Rows: row.GetInt64(1)), cancellation);
            foreach (var (key, rows) in kept)
            {
                var reason = target.HeldBy.FirstOrDefault(k => k.Number == key)?.Described;
                tally.Keep(reason ?? "somebody has them locked, or a trigger keeps them", reason is null ? rows - tally.RefusedByWords : rows);
            }
        }
    }
}
