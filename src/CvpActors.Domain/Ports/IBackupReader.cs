using CvpActors.Domain.Backups;

namespace CvpActors.Domain.Ports;

/// <summary>The backup files of one database, for those who look at them or send them away. Safe beside a backup that is being made.</summary>
public interface IBackupReader
{
    /// <summary>The files that are there, current first. A file whose manifest cannot be read is left out.</summary>
    IReadOnlyList<BackupFile> List();

    /// <summary>
    /// Opens a file for reading; the stream stays whole while later backups rotate the names. Null when there is no such file.
    /// </summary>
    /// <param name="name"><see cref="BackupNames.Current"/> or <see cref="BackupNames.Old"/>.</param>
    BackupFileContent? Open(string name);

    /// <summary>
    /// Gives a file a second name, which stays when later backups rotate the first; a copy where the file system has no hard links.
    /// </summary>
    /// <param name="name"><see cref="BackupNames.Current"/> or <see cref="BackupNames.Old"/>.</param>
    /// <param name="target">The second name; it must be free, and on the same file system.</param>
    /// <returns>What is known of the file; null when there is no such file.</returns>
    /// <exception cref="IOException">It could not be done.</exception>
    BackupManifest? Link(string name, string target);
}

/// <summary>An open backup file and its manifest; the caller disposes the stream.</summary>
/// <param name="Manifest">What is known of the file.</param>
/// <param name="Content">The bytes, seekable.</param>
public sealed record BackupFileContent(BackupManifest Manifest, Stream Content);
