namespace CvpActors.Domain.Purges;

/// <summary>
/// How many rows the next batch may have, so that the write lock is held about as long as is wanted: one size is not right for a table of
/// three columns and for one with ten indexes, nor for an idle disk and a busy one.
/// </summary>
public sealed class BatchSize
{
    // With fewer rows the lock is not held much shorter: taking and committing it costs what a hundred rows do.
    private const int LeastRows = 100;
    private const int FirstRows = 1000;
    private const double MostGrowth = 2;
    private const double MostShrinking = 0.25;

    private readonly TimeSpan _target;
    private readonly int _most;

    /// <summary>Begins with a thousand rows, or as many as are allowed.</summary>
    /// <param name="target">How long the write lock should be held.</param>
    /// <param name="most">The most rows of one batch.</param>
    public BatchSize(TimeSpan target, int most)
    {
        _target = target;
        _most = most;
        Rows = Math.Min(FirstRows, most);
    }

    /// <summary>How many rows the next batch may have.</summary>
    public int Rows { get; private set; }

    /// <summary>Learns from a batch.</summary>
    /// <param name="rows">How many rows it had; fewer than were allowed say little about more.</param>
    /// <param name="held">How long it held the write lock.</param>
    public void Learn(int rows, TimeSpan held)
    {
        var ratio = held > TimeSpan.Zero ? _target / held : double.MaxValue;
        if (ratio > 1 && rows < Rows)
        {
            return;
        }

        var next = Math.Min(rows, Rows) * Math.Clamp(ratio, MostShrinking, MostGrowth);
        Rows = (int)Math.Clamp(next, Math.Min(LeastRows, _most), _most);
    }
}
