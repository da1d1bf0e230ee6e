using System.Text.Json.Serialization;

namespace CvpActors.Domain.Backups;

/// <summary>What is known of one backup file; kept beside the file as JSON.</summary>
/// <param name="Database">The database it was taken from.</param>
/// <param name="Engine">The engine that wrote it.</param>
/// <param name="Generation">The running number of backups of this database, from 1.</param>
/// <param name="Bytes">The file's length in bytes.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
/// <param name="StartedAt">When the dump began, UTC: what the backup holds is at least as new as this.</param>
/// <param name="CompletedAt">When the file was verified and on stable storage, UTC.</param>
public sealed record BackupManifest(
    string Database,
    string Engine,
    long Generation,
    long Bytes,
    string Sha256,
    DateTimeOffset StartedAt,
    DateTimeOffset CompletedAt)
{
    /// <summary>How far the dump was verified; null where the engine verifies nothing, and in manifests of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VerifiedExtent? Verified { get; init; }

    /// <summary>Why it was not verified in full, for a person; null when it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VerifiedReason { get; init; }

    /// <summary>What the live database held; null where nobody counts, and in manifests of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BackupContents? Contents { get; init; }
}

/// <summary>One file of the set that a database keeps on its machine.</summary>
/// <param name="Name"><see cref="BackupNames.Current"/> or <see cref="BackupNames.Old"/>.</param>
/// <param name="Manifest">What is known of it.</param>
public sealed record BackupFile(string Name, BackupManifest Manifest)
{
    /// <summary>Whether it may leave the machine: only the old file may (rule 8).</summary>
    public bool Copyable => Name == BackupNames.Old;
}

/// <summary>The two names of rule 1, and those of their manifests.</summary>
public static class BackupNames
{
    /// <summary>The newest backup.</summary>
    public const string Current = "cvp_backup_data";

    /// <summary>The backup before it, the only one that may be copied (rule 8).</summary>
    public const string Old = "cvp_backup_data.old";

    private const string ManifestSuffix = ".manifest.json";

    /// <summary>The manifest beside a file: <c>cvp_backup_data.old</c> has <c>cvp_backup_data.old.manifest.json</c>.</summary>
    public static string ManifestOf(string file) => file + ManifestSuffix;
}
