using CvpActors.Domain.Backups;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;

namespace CvpActors.Domain.Ports;

/// <summary>Where the drills of one database take place, and what one is doing, so that what a killed one leaves is found and its programs are ended.</summary>
public interface IDrillShelf
{
    /// <summary>The folder that a drill has for itself; it is there between <see cref="Begin"/> and <see cref="IDrillPlace.End"/> only.</summary>
    string Place { get; }

    /// <summary>The room for so many bytes where drills take place.</summary>
    SpaceNeed SpaceFor(long bytes);

    /// <summary>Makes the place, and notes durably that a drill begins there. What an earlier one has left is removed first.</summary>
    /// <exception cref="IOException">It could not be made or noted, another drill is under way, or what one has left cannot be removed.</exception>
    IDrillPlace Begin(string attemptId);

    /// <summary>Removes what a drill left that was killed, and ends what it had started. Nothing there is no error, and one under way is left alone.</summary>
    /// <returns>The attempt that was cut short; null where none was.</returns>
    /// <exception cref="IOException">It cannot be removed now.</exception>
    string? TidyUp();
}

/// <summary>The place of a drill under way. Its children are on record.</summary>
public interface IDrillPlace : IRunChildren
{
    /// <summary>Holds a local backup file under another name, so that no rotation takes it away.</summary>
    /// <param name="reader">The files.</param>
    /// <param name="name"><see cref="BackupNames.Current"/> or <see cref="BackupNames.Old"/>.</param>
    /// <returns>Its path, and what is known of it; null when there is no such file.</returns>
    /// <exception cref="IOException">It could not be held.</exception>
    (string Path, BackupManifest Manifest)? Hold(IBackupReader reader, string name);

    /// <summary>Makes the file for what is fetched, readable by its owner alone.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    (string Path, Stream Content) CreateFetched();

    /// <summary>The drill has ended: removes all of it, the note last.</summary>
    /// <exception cref="IOException">It cannot be removed now; the note stays.</exception>
    void End();
}
