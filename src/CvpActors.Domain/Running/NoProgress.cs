namespace CvpActors.Domain.Running;

/// <summary>Progress that nobody hears of.</summary>
public sealed class NoProgress : IProgress<RunProgress>
{
    private NoProgress()
    {
    }

    /// <summary>The one instance that is needed.</summary>
    public static NoProgress Instance { get; } = new();

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
    }
}
