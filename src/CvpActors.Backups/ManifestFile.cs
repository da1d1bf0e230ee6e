using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Backups;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>The manifest beside a backup file, as JSON.</summary>
internal static class ManifestFile
{
    /// <summary>Reads a manifest; null when it is not there or damaged, because a backup is only as good as what is known of it.</summary>
    public static BackupManifest? Read(string path)
    {
        try
        {
            var manifest = JsonFile.TryRead(path, ManifestJson.Default.BackupManifest);
            return manifest is { Generation: > 0, Bytes: >= 0, Sha256.Length: 64 } ? manifest : null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The manifests of the two backups in a directory, as far as they are there.</summary>
    public static IEnumerable<BackupManifest> ReadBoth(string directory) =>
        new[] { BackupNames.Current, BackupNames.Old }.Select(name => Read(BackupNames.ManifestOf(Path.Combine(directory, name)))).OfType<BackupManifest>();

    /// <summary>Replaces a manifest durably.</summary>
    /// <exception cref="IOException">It could not be written; the old one is intact.</exception>
    public static void Write(string path, BackupManifest manifest, Disk disk) =>
        JsonFile.Write(path, manifest, ManifestJson.Default.BackupManifest, disk);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
