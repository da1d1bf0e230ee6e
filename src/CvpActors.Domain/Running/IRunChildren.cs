namespace CvpActors.Domain.Running;

/// <summary>
/// Keeps which child processes a run has started, so that they are found and ended when the process that started them was killed. A child
/// must not begin before this has returned.
/// </summary>
public interface IRunChildren
{
    /// <summary>A child was started and waits to begin.</summary>
    /// <exception cref="IOException">It could not be kept; the child must not begin.</exception>
    void Started(RunChild child);
}

/// <summary>A child process.</summary>
/// <param name="ProcessId">Its number, which is that of its group.</param>
/// <param name="Started">When it started, in the system's own words: numbers are used again.</param>
public sealed record RunChild(int ProcessId, string Started);

/// <summary>A run that is not expected to start any.</summary>
internal sealed class NoChildren : IRunChildren
{
    public static NoChildren Instance { get; } = new();

    public void Started(RunChild child) => throw new InvalidOperationException("nobody keeps the children of this run");
}
