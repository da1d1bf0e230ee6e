using CvpActors.Domain.Running;

namespace CvpActors.Domain.Ports;

/// <summary>
/// The operating system's lock in a backup directory. While anything runs, no other process of the machine can run
/// an operation on that database, whatever the cluster believes. A killed process frees it by dying.
/// </summary>
public interface IRunLock
{
    /// <summary>
    /// Takes the lock and writes into it who holds it: token, process id, process start time. Child processes that a killed holder has left
    /// behind are ended first.
    /// </summary>
    /// <returns>The lock; disposing it releases it.</returns>
    /// <exception cref="RunLockHeldException">
    /// Another process or another run of this one holds it, a child of the last holder cannot be ended, or the lock has seen a higher token.
    /// </exception>
    IHeldRunLock Take(long token);
}

/// <summary>A run lock that is held; the children of the run are kept in it.</summary>
public interface IHeldRunLock : IRunChildren, IDisposable;

/// <summary>The run lock could not be had; the message names the holder as far as it is known.</summary>
public sealed class RunLockHeldException(string message, Exception? cause = null) : Exception(message, cause);
