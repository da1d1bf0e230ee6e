namespace CvpActors.Actors.Membership;

/// <summary>What time it is, by a majority of clocks. Pure.</summary>
internal static class ClockConsensus
{
    /// <summary>With fewer clocks than this nobody can say which of them is wrong.</summary>
    private const int FewestClocks = 3;

    /// <summary>
    /// What to add to one's own clock so that it shows what the middle one of all shows: as many clocks are ahead of that as behind, so a few
    /// wrong ones, however wrong, do not move it far. Null when too few are known.
    /// </summary>
    /// <param name="others">How far the others' clocks are ahead of one's own.</param>
    public static TimeSpan? Correction(IReadOnlyCollection<TimeSpan> others)
    {
        if (others.Count + 1 < FewestClocks)
        {
            return null;
        }

        var clocks = others.Append(TimeSpan.Zero).Order().ToList();
        var (low, high) = (clocks[(clocks.Count - 1) / 2], clocks[clocks.Count / 2]);
        return low.Duration() <= high.Duration() ? low : high;
    }
}
