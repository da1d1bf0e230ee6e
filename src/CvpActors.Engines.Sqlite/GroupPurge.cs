using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Purges, row by row, tables whose rows refer to each other, and such whose rows the database may refuse. A row goes when nothing refers to it
/// any more; then the rows that it referred to are looked at, so that a chain goes in one pass, children first, in whatever order it
/// is stored. What then still is old and held only by rows that would go as well, goes in one transaction.
/// </summary>
internal sealed class GroupPurge : IDisposable
{
    // Refused rows are tried once more when others have gone, as long as they are few: a trigger may guard what those were.
    private const int MostTriedAgain = 10_000;
    private const int MostTriesAgain = 10 * MostTriedAgain;

    private readonly SqliteSession _session;
    private readonly PurgeSchema _schema;
    private readonly IReadOnlyList<PurgeTarget> _group;
    private readonly Dictionary<PurgeTarget, PurgeTally> _tallies;
    private readonly PurgeBatches _batches;
    private readonly BatchSize _size;
    private readonly Dictionary<PurgeTarget, RowDeletion> _deletions = [];
    private readonly Stack<(PurgeTarget Target, object?[] Key)> _next = new();
    private readonly SqliteStatement? _rowsNoted;
    private int _mostOfNextBatch = int.MaxValue;
    private int _batch;

    // Due before the next batch, if there is one: what is drained is often no more than one batch.
    private bool _owesPause;
    private bool _rowsRemain;

    public GroupPurge(
        SqliteSession session, PurgeSchema schema, IReadOnlyList<PurgeTarget> group, Dictionary<PurgeTarget, PurgeTally> tallies, PurgeBatches batches)
    {
        _session = session;
        _schema = schema;
        _group = group;
        _tallies = tallies;
        _batches = batches;
        _size = batches.NewSize();
        foreach (var target in group.Where(target => target.IsTried))
        {
            target.CreateNote(session, target.RefusedTable, "NULL AS reason");
        }

        DecideEnforcement();
        foreach (var target in group)
        {
            _deletions[target] = new RowDeletion(session, schema, group, target);
        }

        if (_deletions.Values.SelectMany(deletion => deletion.OwnNotes).ToList() is { Count: > 0 } notes && group.Any(target => target.Category.CascadeAllowed))
        {
            _rowsNoted = session.Prepare("SELECT " + string.Join(" + ", notes.Select(note => $"(SELECT coalesce(max(rowid), 0) FROM {note})")));
            foreach (var deletion in _deletions.Values)
            {
                deletion.RowsNoted = RowsNoted;
            }
        }
    }

    private string Names => string.Join(", ", _group.Select(target => target.Category.Name));

    /// <summary>Deletes what may go and counts what may not.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var target in _group)
        {
            await WalkAsync(target, cancellation);
        }

        await TryRefusedAgainAsync(cancellation);
        if (_rowsRemain)
        {
            await new CirclePurge(_session, _schema, _group, _tallies, _batches, _deletions).RunAsync(cancellation);
            foreach (var target in _group)
            {
                KeptClosure.Count(_session, target, _tallies[target]);
            }
        }
    }

    public void Dispose()
    {
        _rowsNoted?.Dispose();
        foreach (var deletion in _deletions.Values)
        {
            deletion.Dispose();
        }

        _session.Execute("PRAGMA foreign_keys = OFF");
    }

    private async Task WalkAsync(PurgeTarget target, CancellationToken cancellation)
    {
        using var cursor = new PurgeCursor(_session, target.Table, target.State.Sql("p"));
        var keys = new List<object?[]>();
        while (!cursor.AtEnd)
        {
            cancellation.ThrowIfCancellationRequested();
            cursor.Read(keys, _size.Rows, _tallies[target].Tell, cancellation);
            if (keys.Count < _size.Rows && !cursor.AtEnd)
            {
                continue;
            }

            for (var i = keys.Count - 1; i >= 0; i--)
            {
                _next.Push((target, keys[i]));
            }

            keys.Clear();
            await DrainAsync(cancellation);
        }
    }

    private async Task DrainAsync(CancellationToken cancellation)
    {
        while (_next.Count > 0)
        {
            if (_owesPause)
            {
                _owesPause = false;
                await _batches.PauseAsync(cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
            var taken = new List<(PurgeTarget Target, object?[] Key)>();
            var counts = new RowCounts();
            foreach (var deletion in _deletions.Values)
            {
                deletion.Prepare();
            }

            try
            {
                _batches.Commit($"batch {++_batch} of {Names}", _size, () => DeleteBatch(taken, counts), cancellation);
            }
            catch (BatchLostException lost)
            {
                TakeBack(taken, lost);
                continue;
            }

            _mostOfNextBatch = int.MaxValue;
            counts.AddTo(_tallies);
            _batches.Report(counts.Deleted);
            _owesPause = true;
        }
    }

    private int DeleteBatch(List<(PurgeTarget Target, object?[] Key)> taken, RowCounts counts)
    {
        foreach (var deletion in _deletions.Values)
        {
            deletion.BeginBatch();
        }

        var most = Math.Min(_size.Rows, _mostOfNextBatch);
        while (taken.Count < most && _next.TryPop(out var row))
        {
            taken.Add(row);
            var end = _deletions[row.Target].Delete(row.Key, (parent, key) => _next.Push((parent, key)), evenIfHeld: false, out var cascaded);
            counts.Add(row.Target, end, cascaded);
            _rowsRemain |= end is RowEnd.Held or RowEnd.Refused;
        }

        return taken.Count;
    }

    /// <summary>The rows before the refused one had gone: they go again, in a transaction that ends before it comes to that row.</summary>
    private void TakeBack(List<(PurgeTarget Target, object?[] Key)> taken, BatchLostException lost)
    {
        foreach (var deletion in _deletions.Values)
        {
            deletion.Forget();
        }

        // Noted outside of any transaction, so that no later one takes it back: the row is not tried again.
        _rowsRemain = true;
        _deletions[lost.Target].Refuse(lost.Key, lost.Message);
        taken.RemoveAt(taken.Count - 1);
        for (var i = taken.Count - 1; i >= 0; i--)
        {
            _next.Push(taken[i]);
        }

        _mostOfNextBatch = taken.Count > 0 ? taken.Count : int.MaxValue;
    }

    private long RowsNoted()
    {
        _ = _rowsNoted!.Step();
        var rows = _rowsNoted.Long(0);
        _rowsNoted.Reset();
        return rows;
    }

    private async Task TryRefusedAgainAsync(CancellationToken cancellation)
    {
        var tries = 0;
        for (long before = 0, now; (now = _group.Sum(target => _tallies[target].Rows)) > before; before = now)
        {
            foreach (var target in _group.Where(target => target.IsTried))
            {
                var refused = SqliteKeys.Read(_session, target, $"SELECT {target.NotedKey} FROM {target.RefusedTable} LIMIT {MostTriedAgain + 1}");
                if (refused.Count <= MostTriedAgain && tries < MostTriesAgain)
                {
                    tries += refused.Count;
                    _session.Execute($"DELETE FROM {target.RefusedTable}", cancellation);
                    refused.ForEach(key => _next.Push((target, key)));
                }
            }

            await DrainAsync(cancellation);
        }
    }

    /// <summary>
    /// With triggers and cascades the database has a say, and checks what these do in turn. A database whose foreign keys it cannot even
    /// read (they name tables that are not there) was never enforced by its own program either.
    /// </summary>
    private void DecideEnforcement()
    {
        if (!_group.Any(target => target.IsTried))
        {
            return;
        }

        _session.Execute("PRAGMA foreign_keys = ON");
        try
        {
            foreach (var target in _group)
            {
                _session.Prepare($"DELETE FROM {target.Table.Name} AS p WHERE {target.Table.KeyIs("p", 1)}").Dispose();
            }
        }
        catch (SqliteDatabaseException cause)
        {
            _session.Execute("PRAGMA foreign_keys = OFF");
            if (_group.FirstOrDefault(target => target.Category.CascadeAllowed) is { } cascading)
            {
                throw new SqliteDatabaseException(
                    $"category \"{cascading.Category.Name}\" says cascade = allow, but the database cannot follow its foreign keys: {cause.Message}; "
                    + "mend the foreign key, or take cascade out", cause);
            }
        }
    }
}
