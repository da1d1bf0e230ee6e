using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CvpActors.Domain.Backups;
using CvpActors.Files;

namespace CvpActors.Shipping.Vault;

/// <summary>Every name in a vault's directory of one database.</summary>
internal sealed class VaultPaths(string directory)
{
    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>The newest generation: whoever has nothing but this disk restores from it.</summary>
    public string Plain => In(BackupNames.Old);

    /// <summary>What is known of it, for people; <see cref="Catalog"/> is what counts.</summary>
    public string PlainManifest => Plain + ".manifest.json";

    public string Catalog => In("catalog.json");

    public string Generations => In("generations");

    /// <summary>What the plain file was before the last publication, until the delta that makes it is durable.</summary>
    public string Previous => In("previous");

    /// <summary>A second plain copy of the newest generation, to be patched in place by the next.</summary>
    public string Spare => In("spare");

    /// <summary>Says of which generation the spare is a copy; only while it is a whole one.</summary>
    public string SpareState => In("spare.json");

    public string Incoming => In("incoming");

    /// <summary>The new generation, while its frames arrive.</summary>
    public string IncomingFile => Path.Combine(Incoming, "file");

    /// <summary>The frames that have arrived.</summary>
    public string IncomingDelta => Path.Combine(Incoming, "delta");

    public string IncomingState => Path.Combine(Incoming, "upload.json");

    /// <summary>Files that are being made out of deltas; of no value after a restart.</summary>
    public string Scratch => In("scratch");

    /// <summary>A free name in <see cref="Scratch"/>, which is emptied at each start.</summary>
    public string NewScratchFile()
    {
        System.IO.Directory.CreateDirectory(Scratch);
        return Path.Combine(Scratch, Path.GetRandomFileName());
    }

    public string Generation(string file) => Path.Combine(Generations, file);

    private string In(string name) => Path.Combine(Directory, name);
}

/// <summary>The vault's small files.</summary>
internal static class VaultFiles
{
    /// <exception cref="InvalidDataException">It is damaged; the message names it.</exception>
    public static Catalog ReadCatalog(VaultPaths paths)
    {
        if (!File.Exists(paths.Catalog))
        {
            return Catalog.Empty;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(paths.Catalog), VaultJson.Default.Catalog)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException cause)
        {
            throw new InvalidDataException($"the vault's catalog {paths.Catalog} is damaged ({cause.Message}); restore it, or move its directory away: "
                + $"{paths.Plain} is the newest generation as a plain file", cause);
        }
    }

    public static void WriteCatalog(VaultPaths paths, Catalog catalog) => Write(paths.Catalog, catalog, VaultJson.Default.Catalog);

    public static void WriteManifest(VaultPaths paths, BackupManifest manifest) => Write(paths.PlainManifest, manifest, VaultJson.Default.BackupManifest);

    public static void Write<T>(string path, T value, JsonTypeInfo<T> type) => DurableFile.WriteText(path, JsonSerializer.Serialize(value, type));

    /// <summary>Null when it is not there or damaged: for files that can be done without.</summary>
    public static T? TryRead<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Of which generation the spare is a copy.</summary>
internal sealed record SpareState(string Sha256);

/// <summary>An upload that has begun.</summary>
/// <param name="Manifest">What is to arrive.</param>
/// <param name="PlanDigest">Frames of another plan do not fit.</param>
/// <param name="BaseSha256">Which generation the frames build on; null when they build on none.</param>
/// <param name="BootId">The run of the machine in which it began: what was written and not flushed is there as long as it lasts.</param>
/// <param name="DurableFrames">So many frames survive a power cut.</param>
internal sealed record UploadState(BackupManifest Manifest, string PlanDigest, string? BaseSha256, string BootId, int DurableFrames);

/// <summary>The clock's file.</summary>
internal sealed record VaultAge(TimeSpan Age);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Catalog))]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(SpareState))]
[JsonSerializable(typeof(UploadState))]
[JsonSerializable(typeof(VaultAge))]
internal sealed partial class VaultJson : JsonSerializerContext;
