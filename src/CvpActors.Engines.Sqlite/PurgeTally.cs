using System.Collections.Immutable;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>What has become of one category's rows so far.</summary>
internal sealed class PurgeTally(PurgeTarget target)
{
    private readonly SortedDictionary<string, long> _kept = new(StringComparer.Ordinal);
    private long _seen;
    private long _undatable;

    public PurgeTarget Target { get; } = target;

    public long Rows { get; set; }

    public long Cascaded { get; set; }

    /// <summary>Whether there are rows and none of them could be dated.</summary>
    public bool IsUndatable => _seen > 0 && _undatable == _seen;

    public CategoryPurge Result => new(Target.Category.Name, Target.Category.Table, Target.State.OlderThan, Rows)
    {
        Undatable = _undatable > 0 ? _undatable : null,
        Kept = _kept.Count > 0 ? [.. _kept.Select(kept => new KeptRows(kept.Key, kept.Value))] : null,
        Cascaded = Cascaded > 0 ? Cascaded : null,
    };

    /// <summary>Counts a row that was looked at.</summary>
    public void Tell(long state)
    {
        _seen++;
        _undatable += state == RowState.Undatable ? 1 : 0;
    }

    public void Keep(string reason, long rows) => _kept[reason] = _kept.GetValueOrDefault(reason) + rows;
}
