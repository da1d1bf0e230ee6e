using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Backups;

namespace CvpActors.Shipping.Vault;

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
