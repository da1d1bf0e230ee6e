namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Deletes what is left of a group and held only by rows that may go as well: rows in a circle, and those that these refer to. All of them go in
/// one transaction, or those that stayed would refer to nothing.
/// </summary>
internal sealed class CirclePurge(
    SqliteSession session,
    PurgeSchema schema,
    IReadOnlyList<PurgeTarget> group,
    Dictionary<PurgeTarget, PurgeTally> tallies,
    PurgeBatches batches,
    Dictionary<PurgeTarget, RowDeletion> deletions)
{
    private readonly KeptClosure _closure = new(session, schema, group, foretell: false);

    private string Names => string.Join(", ", group.Select(target => target.Category.Name));

    /// <summary>Finds what may not go, which stands in the tables of <see cref="KeptClosure"/> then, and deletes the rest.</summary>
    public void Run(CancellationToken cancellation)
    {
        _closure.Find(cancellation);
        if (!schema.RefersToItself(group))
        {
            return;
        }

        // Where the database cascades it must go by its own checks, and it can take no circle apart.
        if (group.Any(target => target.Category.CascadeAllowed))
        {
            foreach (var target in group)
            {
                tallies[target].Keep("rows that refer to each other", Left(target).Count);
            }

            return;
        }

        // It would refuse a circle of immediate keys row by row. That nothing that stays refers to these rows has been made sure of.
        session.Execute("PRAGMA foreign_keys = OFF", cancellation);
        while (group.Any(target => Left(target, " LIMIT 1").Count > 0) && !TryDeleteAll(cancellation))
        {
            _closure.Find(cancellation);
        }
    }

    /// <returns>False when the database refused one of them, which is noted: what that one refers to stays as well.</returns>
    private bool TryDeleteAll(CancellationToken cancellation)
    {
        var version = session.Ask("PRAGMA data_version", cancellation);
        var counts = new RowCounts();
        try
        {
            batches.Commit($"the circles of {Names}", null, () => DeleteAll(version, counts, cancellation), cancellation);
        }
        catch (BatchLostException refused)
        {
            foreach (var deletion in deletions.Values)
            {
                deletion.Forget();
            }

            deletions[refused.Target].Refuse(refused.Key, refused.Message);
            return false;
        }

        counts.AddTo(tallies);
        batches.Report(counts.Deleted);
        return true;
    }

    private int DeleteAll(long version, RowCounts counts, CancellationToken cancellation)
    {
        // Somebody has written since: whether they refer to any of these rows has to be looked at again, now that nobody can.
        if (session.Ask("PRAGMA data_version", cancellation) != version)
        {
            _closure.Find(cancellation);
        }

        foreach (var (target, key) in group.SelectMany(target => Left(target).Select(key => (target, key))).ToList())
        {
            var end = deletions[target].Delete(key, freed: null, evenIfHeld: true, out var cascaded);
            if (end == RowEnd.Refused)
            {
                throw new BatchLostException(target, key, deletions[target].LastReason);
            }

            counts.Add(target, end, cascaded);
        }

        return (int)Math.Min(counts.Deleted, int.MaxValue);
    }

    private List<object?[]> Left(PurgeTarget target, string limit = "") => SqliteKeys.Read(
        session,
        target,
        $"SELECT {target.Table.KeyOf("p")} FROM {target.Table.Name} AS p WHERE {target.IsOld("p")} "
        + $"AND NOT EXISTS (SELECT 1 FROM {target.KeptTable} AS k WHERE {target.IsAbout("k", "p")}){limit}");
}
