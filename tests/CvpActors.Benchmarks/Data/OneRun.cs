using CvpActors.Domain.Running;

namespace CvpActors.Benchmarks.Data;

/// <summary>A run that nobody fences.</summary>
internal static class OneRun
{
    public static RunContext Create() => new("reporting", "benchmark", 1, new Fence(1), NoProgress.Instance) { Children = new Nobody() };

    /// <summary>A benchmark that dies takes its programs with it, or nobody asks for them any more.</summary>
    private sealed class Nobody : IRunChildren
    {
        public void Started(RunChild child)
        {
        }
    }
}
