using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>What has become of one category's rows so far.</summary>
internal sealed class PurgeTally(PurgeTarget target, bool dryRun)
{
    // The result is journaled: a trigger may have other words for every row.
    private const int MostReasons = 20;
    private const int LongestReason = 200;
    private const string OtherReasons = "other reasons";

    private readonly SortedDictionary<string, long> _kept = new(StringComparer.Ordinal);

    public PurgeTarget Target { get; } = target;

    public long Rows { get; set; }

    public long Undatable { get; set; }

    /// <summary>The tables and partitions that lost rows and are still there, by their quoted names.</summary>
    public SortedSet<string> Shrunk { get; } = new(StringComparer.Ordinal);

    public long Cascaded { get; set; }

    /// <summary>Of those that stay, how many the database refused in words of its own; they are counted by these.</summary>
    public long RefusedByWords { get; private set; }

    public void Refuse(string words)
    {
        RefusedByWords++;
        Keep(words, 1);
    }

    public CategoryPurge Result => new(Target.Category.Name, Target.Category.Table, Target.Date.OlderThan, Rows)
    {
        Undatable = Undatable,
        Kept = [.. _kept.Select(kept => new KeptRows(kept.Key, kept.Value))],

        // What a cascade would take is known to the database only, and only when it does it.
        Cascaded = dryRun && Target.Category.CascadeAllowed ? null : Cascaded,
    };

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
