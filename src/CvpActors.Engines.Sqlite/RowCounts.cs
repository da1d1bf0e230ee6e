namespace CvpActors.Engines.Sqlite;

/// <summary>What one transaction did, to be counted once it is committed.</summary>
internal sealed class RowCounts
{
    private readonly Dictionary<PurgeTarget, (long Rows, long Cascaded)> _counts = [];

    /// <summary>Rows deleted, without those that the database deleted along with them.</summary>
    public long Deleted => _counts.Values.Sum(count => count.Rows);

    public void Add(PurgeTarget target, RowEnd end, long cascaded)
    {
        if (end == RowEnd.Deleted)
        {
            var before = _counts.GetValueOrDefault(target);
            _counts[target] = (before.Rows + 1, before.Cascaded + cascaded);
        }
    }

    public void AddTo(Dictionary<PurgeTarget, PurgeTally> tallies)
    {
        foreach (var (target, (rows, cascaded)) in _counts)
        {
            tallies[target].Rows += rows;
            tallies[target].Cascaded += cascaded;
        }
    }
}
