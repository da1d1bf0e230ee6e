using CvpActors.Domain.Running;

namespace CvpActors.Benchmarks.Data;

/// <summary>A run that nobody fences.</summary>
internal static class OneRun
{
    public static RunContext Create() => new("reporting", "benchmark", 1, new Fence(1), NoProgress.Instance);
}
