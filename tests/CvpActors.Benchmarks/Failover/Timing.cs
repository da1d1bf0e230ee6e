namespace CvpActors.Benchmarks.Failover;

/// <summary>How long the parts of a trial take.</summary>
internal static class Timing
{
    /// <summary>Longer than any failover, shorter than a benchmark that hangs.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(150);

    /// <summary>How long a node that woke is watched for what it does.</summary>
    public static readonly TimeSpan WatchAfterThaw = TimeSpan.FromSeconds(15);

    /// <summary>How long one step of the job takes; two runs at once take steps closer together than this.</summary>
    public static readonly TimeSpan JobStep = TimeSpan.FromMilliseconds(200);

    /// <summary>The steps of the job: some two minutes, so that no trial sees its end.</summary>
    public const int JobSteps = 600;
}
