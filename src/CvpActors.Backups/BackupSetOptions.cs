using System.Collections.Immutable;
using CvpActors.Domain.Backups;

namespace CvpActors.Backups;

/// <summary>What a backup file set is to know or to do beside the usual.</summary>
public sealed record BackupSetOptions
{
    /// <summary>Where the node remembers generations; null: nowhere.</summary>
    public BackupHistoryFile? History { get; init; }

    /// <summary>Whether a dump that can be verified less far than the last backup is kept; otherwise the backup fails.</summary>
    public bool AcceptLessVerified { get; init; }

    /// <summary>Counts what the live database holds, for the manifest; null: nobody does.</summary>
    public Func<CancellationToken, Task<ImmutableArray<CategoryContents>?>>? Contents { get; init; }
}
