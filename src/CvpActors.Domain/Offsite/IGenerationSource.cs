using CvpActors.Domain.Running;

namespace CvpActors.Domain.Offsite;

/// <summary>The way to generations that remotes hold, for those who restore from them.</summary>
public interface IGenerationSource
{
    /// <summary>What a remote holds of a database, newest first.</summary>
    /// <exception cref="GenerationUnavailableException">It cannot be told.</exception>
    Task<IReadOnlyList<HeldGeneration>> ListAsync(string remote, string database, CancellationToken cancellation);

    /// <summary>Writes the bytes of one generation to <paramref name="output"/>. Who calls compares their checksum.</summary>
    /// <param name="remote">Who has it.</param>
    /// <param name="database">The database.</param>
    /// <param name="wanted">The generation, and how long it is: more is refused, since what fills the disk must not be another's mistake.</param>
    /// <param name="output">Takes it.</param>
    /// <param name="progress">Hears how many bytes have come.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="GenerationUnavailableException">It cannot be had, stopped coming, or is longer than was said.</exception>
    Task FetchAsync(string remote, string database, WantedGeneration wanted, Stream output, IProgress<RunProgress> progress, CancellationToken cancellation);
}

/// <summary>A generation that is fetched.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="Bytes">Its length in bytes.</param>
public sealed record WantedGeneration(long Generation, long Bytes);

/// <summary>A remote that cannot be asked, or does not have it; the message names the remote.</summary>
public sealed class GenerationUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
