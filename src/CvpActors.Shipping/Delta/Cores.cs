namespace CvpActors.Shipping.Delta;

/// <summary>How much of the machine a delta takes.</summary>
internal static class Cores
{
    /// <summary>So many threads hash and compress; more would leave nothing to the database.</summary>
    public static int Used { get; } = Math.Clamp(Environment.ProcessorCount, 1, 4);
}
