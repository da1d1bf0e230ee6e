using System.Security.Cryptography;
using CvpActors.Domain.Backups;

namespace CvpActors.Backups.Tests;

/// <summary>Looks at a backup directory as somebody who has only the files.</summary>
internal static class BackupDirectory
{
    public static readonly string[] TwoBackups =
    [
        BackupNames.Current, BackupNames.ManifestOf(BackupNames.Current), BackupNames.Old, BackupNames.ManifestOf(BackupNames.Old),
    ];

    /// <summary>The manifest of a file if it is there and its bytes are what the manifest says.</summary>
    public static BackupManifest? Whole(string directory, string name)
    {
        var file = Path.Combine(directory, name);
        var manifest = ManifestFile.Read(BackupNames.ManifestOf(file));
        return manifest is not null && File.Exists(file) && new FileInfo(file).Length == manifest.Bytes
            && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) == manifest.Sha256
                ? manifest
                : null;
    }

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
