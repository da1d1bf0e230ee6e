using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>How far purges of one database went, in the node's data directory: apart from the database, so that no restore of it changes that.</summary>
/// <param name="path">The file; its folder must exist when something is kept.</param>
public sealed class PurgeRecordFile(string path) : IPurgeRecord
{
    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public PurgedUpTo Load() => Read() is { } kept ? All(kept)
        : File.Exists(_path) ? throw new InvalidDataException($"{_path}, which says how far purges went, is damaged; the next purge writes it anew")
        : PurgedUpTo.Nothing;

    /// <inheritdoc/>
    /// <remarks>A damaged record is replaced: a purge goes as far as any before it, or further.</remarks>
    public void Begin(PurgedUpTo upTo) => JsonFile.Write(_path, new PurgeRecord(Read() is { } kept ? All(kept) : PurgedUpTo.Nothing, upTo), PurgeRecordJson.Default.PurgeRecord);

    /// <inheritdoc/>
    /// <remarks>When it cannot be written, all that was begun counts as done.</remarks>
    public void Ended(PurgedUpTo upTo)
    {
        try
        {
            JsonFile.Write(_path, new PurgeRecord((Read()?.Done ?? PurgedUpTo.Nothing).With(upTo), null), PurgeRecordJson.Default.PurgeRecord);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The purge is done; what stands there says at least as much.
        }
    }

    private static PurgedUpTo All(PurgeRecord kept) => kept.Done.With(kept.UnderWay);

    private PurgeRecord? Read() => JsonFile.TryRead(_path, PurgeRecordJson.Default.PurgeRecord);
}

/// <summary>What is kept.</summary>
/// <param name="Done">How far purges that have ended went.</param>
/// <param name="UnderWay">How far the one goes that has begun; null when none has.</param>
internal sealed record PurgeRecord(PurgedUpTo Done, PurgedUpTo? UnderWay);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PurgeRecord))]
internal sealed partial class PurgeRecordJson : JsonSerializerContext;
