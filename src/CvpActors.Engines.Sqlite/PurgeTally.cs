using System.Collections.Immutable;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>What has become of one category's rows so far.</summary>
internal sealed class PurgeTally(PurgeTarget target)
{
    // The result is journaled: a trigger may have other words for every row.
    private const int MostReasons = 20;
    private const int LongestReason = 200;
    private const string OtherReasons = "other reasons";

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
        Undatable = _undatable,
        Kept = [.. _kept.Select(kept => new KeptRows(kept.Key, kept.Value))],
        Cascaded = Cascaded,
    };

    /// <summary>Counts a row that was looked at.</summary>
    public void Tell(long state)
    {
        _seen++;
        _undatable += state == RowState.Undatable ? 1 : 0;
    }

    public void Keep(string reason, long rows)
    {
        var cut = reason.Length > LongestReason ? reason[..LongestReason] + "…" : reason;
        var told = rows <= 0 ? null : _kept.ContainsKey(cut) || _kept.Count < MostReasons ? cut : OtherReasons;
        if (told is not null)
        {
            _kept[told] = _kept.GetValueOrDefault(told) + rows;
        }
    }
}
