namespace CvpActors.Domain.Ports;

/// <summary>
/// The operating system's lock in a backup directory. While anything runs, no other process of the machine can run
/// an operation on that database, whatever the cluster believes. A killed process frees it by dying.
/// </summary>
public interface IRunLock
{
    /// <summary>Takes the lock and writes into it who holds it: token, process id, process start time.</summary>
    /// <returns>The lock; disposing it releases it.</returns>
    /// <exception cref="RunLockHeldException">Another process or another run of this one holds it, or the lock has seen a higher token.</exception>
    IDisposable Take(long token);
}

/// <summary>The run lock could not be had; the message names the holder as far as it is known.</summary>
public sealed class RunLockHeldException(string message, Exception? cause = null) : Exception(message, cause);
