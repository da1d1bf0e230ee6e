using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;

namespace CvpActors.Domain.Ports;

/// <summary>
/// Puts a backup of one database back. An engine may have none. A target is a text in the engine's own words (a file, a folder, a database's name), or
/// <see cref="RestoreOrder.Live"/>; a new place is never replaced by a restore, whatever is there.
/// </summary>
public interface IRestorer
{
    /// <summary>What a new place is, for errors and plans; what it says follows "allowed:".</summary>
    string Places { get; }

    /// <summary>The place that is chosen where none is asked for; null where the engine leaves that to whoever asks. It is not there yet; its name tells the generation.</summary>
    /// <exception cref="ReportingDatabaseException">It cannot be seen what is free.</exception>
    Task<string?> ChoosePlaceAsync(long generation, CancellationToken cancellation);

    /// <summary>Looks what a restore of so many bytes to <paramref name="target"/> would meet, and changes nothing.</summary>
    /// <param name="target">The target.</param>
    /// <param name="bytes">The length of the backup in bytes.</param>
    /// <param name="toBePurged">Whether rows are purged from it before it is published.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The place, with <see cref="RestorePlace.Problem"/> where it cannot be used, and the room that is needed.</returns>
    Task<PlaceToRestore> LookAtAsync(string target, long bytes, bool toBePurged, CancellationToken cancellation);

    /// <summary>
    /// Makes ready beside the target what <see cref="IStagedRestore.PublishAsync"/> puts into place. The live database is as it was, and nothing is
    /// at a new place yet.
    /// </summary>
    /// <param name="backup">The backup; it is not changed. Its checksum is being verified meanwhile, and nothing is published before it was.</param>
    /// <param name="target">The target.</param>
    /// <param name="toBePurged">Whether rows are purged from it before it is published.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="RestoreFailedException">It cannot be done; nothing is left of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left of it.</exception>
    Task<IStagedRestore> StageAsync(string backup, string target, bool toBePurged, RunContext run, CancellationToken cancellation);

    /// <summary>Removes what a restore to <paramref name="target"/> left that was killed. Called while nothing runs; nothing there is no error.</summary>
    /// <returns>What was removed, one line each, for the log.</returns>
    /// <exception cref="ReportingDatabaseException">It could not be looked for now; it is called again.</exception>
    Task<IReadOnlyList<string>> TidyUpAsync(string target, CancellationToken cancellation);
}

/// <summary>A place, and the room that a restore to it needs.</summary>
/// <param name="Place">The place.</param>
/// <param name="Space">The room, a disk each; empty where that cannot be told.</param>
public sealed record PlaceToRestore(RestorePlace Place, IReadOnlyList<SpaceNeed> Space);

/// <summary>A restore that is ready to be published. Disposed without that, nothing is left of it.</summary>
public interface IStagedRestore : IAsyncDisposable
{
    /// <summary>Deletes rows of what is being restored; null where that cannot be done, and then <see cref="WhyNotPurged"/> says why.</summary>
    IPurger? Purger { get; }

    /// <summary>Whether <see cref="Purger"/> can work only after the publication: there is no copy before.</summary>
    bool PurgesInPlace { get; }

    /// <summary>Why nothing can be purged from it, for a person; null where it can.</summary>
    string? WhyNotPurged { get; }

    /// <summary>
    /// Puts it into place, at one moment: until then, and when it fails or the process dies, the live database is as it was and a new place is
    /// free. Asks the fence before that moment.
    /// </summary>
    /// <returns>What a person should know besides, such as where a damaged file went; null for nothing.</returns>
    /// <exception cref="RestoreFailedException">It failed; the target is as it was, unless the engine's documentation says otherwise.</exception>
    /// <exception cref="FencedException">The run's token was superseded; the target is as it was.</exception>
    Task<string?> PublishAsync(RunContext run, CancellationToken cancellation);
}

/// <summary>A restore that could not be made; the message names the place and the cause.</summary>
public sealed class RestoreFailedException : Exception
{
    /// <summary>Creates the error.</summary>
    public RestoreFailedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
