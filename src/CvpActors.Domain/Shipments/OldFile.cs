using CvpActors.Domain.Backups;

namespace CvpActors.Domain.Shipments;

/// <summary>The file that is <see cref="BackupNames.Old"/> now, the only one that is ever shipped (rule 8).</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="CompletedAt">When the backup was complete, UTC.</param>
public sealed record OldFile(long Generation, string Sha256, long Bytes, DateTimeOffset CompletedAt)
{
    /// <summary>The old file among those on an agent's machine; null when there is none yet.</summary>
    public static OldFile? Among(IEnumerable<BackupFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.FirstOrDefault(f => f.Copyable)?.Manifest is { } m ? new OldFile(m.Generation, m.Sha256, m.Bytes, m.CompletedAt) : null;
    }

    /// <summary>Whether it is that file: a number alone comes again where a backup directory was begun anew.</summary>
    public bool Is(long generation, string sha256) => Generation == generation && Sha256 == sha256;
}
