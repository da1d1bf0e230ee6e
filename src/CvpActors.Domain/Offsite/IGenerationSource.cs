namespace CvpActors.Domain.Offsite;

/// <summary>The way to generations that remotes hold, for those who restore from them.</summary>
public interface IGenerationSource
{
    /// <summary>What a remote holds of a database, newest first.</summary>
    /// <exception cref="GenerationUnavailableException">It cannot be told.</exception>
    Task<IReadOnlyList<HeldGeneration>> ListAsync(string remote, string database, CancellationToken cancellation);

    /// <summary>Writes the bytes of one generation to <paramref name="output"/>. Who calls compares their checksum.</summary>
    /// <exception cref="GenerationUnavailableException">It cannot be had, or stopped coming.</exception>
    Task FetchAsync(string remote, string database, long generation, Stream output, CancellationToken cancellation);
}

/// <summary>A remote that cannot be asked, or does not have it; the message names the remote.</summary>
public sealed class GenerationUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
