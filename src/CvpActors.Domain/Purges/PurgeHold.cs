using System.Collections.Immutable;

namespace CvpActors.Domain.Purges;

/// <summary>Why a purge deleted nothing, although rows are due: an administrator has to look first, and lets it go by one call.</summary>
/// <param name="Reasons">At least one.</param>
public sealed record PurgeHold(ImmutableArray<HoldReason> Reasons)
{
    /// <summary>All of it in one text, for a person.</summary>
    public string InWords() => string.Join(" ", Reasons.Select(r => r.Text));

    /// <summary>Whether it says the same as <paramref name="other"/>: what was let go once is not asked about again.</summary>
    public bool IsSameAs(PurgeHold? other) =>
        other is not null && Reasons.Select(r => r.Key).ToHashSet(StringComparer.Ordinal).SetEquals(other.Reasons.Select(r => r.Key));
}

/// <summary>One thing that was seen.</summary>
/// <param name="Key">Names this very finding: a later one of the same kind has another key, and is asked about anew.</param>
/// <param name="Text">What was seen and what follows from it, for a person.</param>
public sealed record HoldReason(string Key, string Text)
{
    /// <summary>What a key is about, without which finding of it: the clock, the silence, the emptying of one category.</summary>
    public static string SubjectOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key[..Math.Max(0, key.LastIndexOf(' '))];
    }
}
