using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Deletes what is left of a group and held only by rows that may go as well: rows in a circle, and those that these refer to. All that hang together
/// go in one transaction, or those that stayed would refer to nothing; what does not hang together may go in several.
/// </summary>
internal sealed class CirclePurge(
    SqliteSession session,
    PurgeSchema schema,
    IReadOnlyList<PurgeTarget> group,
    Dictionary<PurgeTarget, PurgeTally> tallies,
    PurgeBatches batches,
    Dictionary<PurgeTarget, RowDeletion> deletions)
{
    private const string NotTakenApart = "rows that refer to each other";

    // A trigger that refuses others each time would make every row be tried as often as there are rows. The next purge goes on.
    private const int MostRounds = 10;

    // So often what others wrote is looked at without keeping them waiting; then they have to wait, or it would never end.
    private const int MostOvertaken = 3;

    private readonly KeptClosure _closure = new(session, schema, group, foretell: false);
    private readonly BatchSize _size = batches.NewSize();
    private long _foundAt;

    private string Names => string.Join(", ", group.Select(target => target.Category.Name));

    /// <summary>Finds what may not go, which stands in the tables of <see cref="KeptClosure"/> then, and deletes the rest.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Find(cancellation);
        if (!schema.RefersToItself(group))
        {
            return;
        }

        // Where the database cascades it must go by its own checks, and it can take no circle apart.
        if (group.Any(target => target.Category.CascadeAllowed))
        {
            KeepAll(Circles.Find(session, schema, group, cancellation));
            return;
        }

        // It would refuse a circle of immediate keys row by row. That nothing that stays refers to these rows has been made sure of.
        session.Execute("PRAGMA foreign_keys = OFF", cancellation);
        using var watch = new CircleWatch(session, group);
        for (var round = 1; Circles.Find(session, schema, group, cancellation) is { AreLeft: true } circles; round++)
        {
            if (round > MostRounds)
            {
                KeepAll(circles);
                return;
            }

            await RunRoundAsync(circles, watch, cancellation);
            Find(cancellation);
        }
    }

    private void KeepAll(Circles circles)
    {
        foreach (var rows in circles.Take(int.MaxValue).GroupBy(row => row.Target))
        {
            tallies[rows.Key].Keep(NotTakenApart, rows.Count());
        }
    }

    /// <summary>Tries every row that is left once. Rows that hang together with one that the database refuses are left for the next round.</summary>
    private async Task RunRoundAsync(Circles circles, CircleWatch watch, CancellationToken cancellation)
    {
        for (var overtaken = 0; circles.AreLeft;)
        {
            cancellation.ThrowIfCancellationRequested();
            List<(PurgeTarget Target, object?[] Key)>? taken = null;
            var refusals = new List<(PurgeTarget Target, object?[] Key, string Reason)>();
            var counts = new RowCounts();
            Commit(
                () =>
                {
                    // Somebody has written since: whether they refer to any of these rows has to be looked at again.
                    if (session.Ask("PRAGMA data_version", cancellation) != _foundAt)
                    {
                        if (overtaken < MostOvertaken)
                        {
                            return 0;
                        }

                        Find(cancellation);
                        circles = Circles.Find(session, schema, group, cancellation);
                    }

                    taken = circles.Take(_size.Rows);
                    return DeleteAll(taken, 0, watch, refusals, counts);
                },
                refusals,
                cancellation);
            if (taken is null)
            {
                overtaken++;
                Find(cancellation);
                circles = Circles.Find(session, schema, group, cancellation);
                continue;
            }

            overtaken = 0;
            if (refusals.Count > 0)
            {
                TryTheRest(taken, watch, refusals, cancellation);
            }
            else
            {
                counts.AddTo(tallies);
                batches.Report(counts.Deleted);
            }

            if (circles.AreLeft)
            {
                await batches.PauseAsync(cancellation);
            }
        }
    }

    /// <summary>Where the database took a whole transaction back for one row, whether it refuses others is found out in further ones, which are taken back too.</summary>
    private void TryTheRest(
        List<(PurgeTarget Target, object?[] Key)> taken,
        CircleWatch watch,
        List<(PurgeTarget Target, object?[] Key, string Reason)> refusals,
        CancellationToken cancellation)
    {
        for (var next = 0; (next = taken.FindIndex(next, row => row.Key == refusals[^1].Key) + 1) < taken.Count;)
        {
            var before = refusals.Count;
            var rest = next;
            Commit(() => DeleteAll(taken, rest, watch, refusals, new RowCounts()), refusals, cancellation);
            if (refusals.Count == before)
            {
                break;
            }
        }

        foreach (var (target, key, reason) in refusals)
        {
            deletions[target].Refuse(key, reason);
        }
    }

    private void Commit(Func<int> change, List<(PurgeTarget Target, object?[] Key, string Reason)> refusals, CancellationToken cancellation)
    {
        try
        {
            batches.Commit($"the circles of {Names}", _size, change, cancellation);
        }
        catch (BatchLostException refused)
        {
            foreach (var deletion in deletions.Values)
            {
                deletion.Forget();
            }

            // The last one is told by the exception where it was the database that took all of them back.
            if (refusals.Count == 0 || refusals[^1].Key != refused.Key)
            {
                refusals.Add((refused.Target, refused.Key, refused.Message));
            }
        }
    }

    private int DeleteAll(
        List<(PurgeTarget Target, object?[] Key)> taken,
        int from,
        CircleWatch watch,
        List<(PurgeTarget Target, object?[] Key, string Reason)> refusals,
        RowCounts counts)
    {
        foreach (var (target, key) in taken.Skip(from))
        {
            var end = deletions[target].Delete(key, freed: null, evenIfHeld: true, out var cascaded);
            if (end == RowEnd.Refused)
            {
                refusals.Add((target, key, deletions[target].LastReason));
            }
            else if (target.HasTriggers && watch.HasSeenWrites())
            {
                refusals.Add((target, key, "a trigger writes rows that may refer to others of its circle"));
            }

            counts.Add(target, end, cascaded);
        }

        return refusals.Count == 0 ? taken.Count : throw new BatchLostException(refusals[^1].Target, refusals[^1].Key, refusals[^1].Reason);
    }

    // What another connection writes from here on is noticed, also while this looks.
    private void Find(CancellationToken cancellation)
    {
        _foundAt = session.Ask("PRAGMA data_version", cancellation);
        _closure.Find(cancellation);
    }
}
