using CvpActors.Domain.Backups;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>Every name that a backup directory may hold. What is not one of the four kept files is a leftover of a run that was cut short.</summary>
/// <param name="directory">The backup directory.</param>
/// <param name="sideFileSuffixes">What the engine may leave beside a dump, as endings of the dump's name.</param>
internal sealed class BackupPaths(string directory, IReadOnlyList<string> sideFileSuffixes)
{
    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>The last backup.</summary>
    public string Current => In(BackupNames.Current);

    /// <summary>The one before it.</summary>
    public string Old => In(BackupNames.Old);

    /// <summary>The new backup until it is verified; its manifest announces it just before it gets its final name.</summary>
    public string Partial => In(BackupNames.Current + ".partial");

    /// <summary>The new backup with all that its engine may have left beside it, the large one first.</summary>
    public IEnumerable<string> PartialAndSideFiles => [Partial, .. sideFileSuffixes.Select(suffix => Partial + suffix)];

    /// <summary>What <c>.old</c> was before the rotation, kept until the new backup is published and put back when it is not.</summary>
    public string Previous => In(BackupNames.Old + ".previous");

    /// <summary>The last backup on its way to the name <c>.old</c>.</summary>
    public string Next => In(BackupNames.Old + ".next");

    /// <summary>Names that only a run in progress has.</summary>
    public IEnumerable<string> Transient =>
    [
        .. PartialAndSideFiles,
        BackupNames.ManifestOf(Partial),
        Previous, BackupNames.ManifestOf(Previous), Next,
        BackupNames.ManifestOf(Current) + DurableFile.TemporarySuffix, BackupNames.ManifestOf(Old) + DurableFile.TemporarySuffix,
        BackupNames.ManifestOf(Partial) + DurableFile.TemporarySuffix, BackupNames.ManifestOf(Previous) + DurableFile.TemporarySuffix,
    ];

    private string In(string name) => Path.Combine(Directory, name);
}
