using CvpActors.Domain.Backups;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Ports;

/// <summary>Where what a restore needs for a while is kept, and what it is doing, so that what a killed one leaves is found.</summary>
public interface IRestoreShelf
{
    /// <summary>Where a generation that comes from elsewhere is written to until it is restored.</summary>
    string FetchedFile { get; }

    /// <summary>The room there.</summary>
    SpaceNeed SpaceFor(long bytes);

    /// <summary>The target of a restore that began and did not end; null when there is none.</summary>
    string? Unfinished { get; }

    /// <summary>Notes, durably, that a restore to <paramref name="target"/> begins.</summary>
    /// <exception cref="IOException">It could not be noted; nothing may begin.</exception>
    void Begin(string target);

    /// <summary>Makes the file for what is fetched, readable by its owner alone.</summary>
    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    Stream CreateFetched();

    /// <summary>It has ended: removes the note, and what was fetched.</summary>
    void End();

    /// <summary>The path of one of the local backup files, there or not.</summary>
    /// <param name="name"><see cref="BackupNames.Current"/> or <see cref="BackupNames.Old"/>.</param>
    string PathOf(string name);
}
