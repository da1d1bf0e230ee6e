using CvpActors.Domain.Running;

namespace CvpActors.Testing;

public static class TestRun
{
    public static RunContext Create(long token = 1, Fence? fence = null, Action<RunProgress>? progress = null) =>
        new("reporting", "attempt-" + token, token, fence ?? new Fence(token), new Immediate(progress ?? (_ => { }))) { Children = new Forgotten() };

    private sealed class Forgotten : IRunChildren
    {
        public void Started(RunChild child)
        {
        }
    }

    // Progress<T> of the class library tells on another thread, later; a test wants to know when it happens.
    private sealed class Immediate(Action<RunProgress> told) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => told(value);
    }
}
