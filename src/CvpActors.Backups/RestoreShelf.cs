using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>What a restore keeps in the backup directory for as long as it lasts: what was fetched, and a note of where it restores to.</summary>
/// <param name="directory">The backup directory.</param>
public sealed class RestoreShelf(string directory) : IRestoreShelf
{
    private readonly string _directory = Path.GetFullPath(directory);

    /// <inheritdoc/>
    public string FetchedFile => Path.Combine(_directory, "cvp_restore.fetched");

    /// <inheritdoc/>
    /// <remarks>A note that cannot be read is of a restore that began; of its target only the default is known.</remarks>
    public string? Unfinished => File.Exists(Note) ? JsonFile.TryRead(Note, RestoreNoteJson.Default.RestoreNote)?.Target ?? RestoreOrder.Live : null;

    private string Note => Path.Combine(_directory, "cvp_restore.json");

    /// <inheritdoc/>
    public SpaceNeed SpaceFor(long bytes) => new(_directory, bytes, FreeSpace.At(_directory)) { Disk = FileStatus.TryRead(_directory)?.Device };

    /// <inheritdoc/>
    public void Begin(string target) => JsonFile.Write(Note, new RestoreNote(target), RestoreNoteJson.Default.RestoreNote);

    /// <inheritdoc/>
    public Stream CreateFetched() => FileReaders.CreatePrivate(FetchedFile);

    /// <inheritdoc/>
    public void End()
    {
        // The note last: while it is there, somebody comes again for the rest.
        File.Delete(FetchedFile);
        File.Delete(Note);
    }

    /// <inheritdoc/>
    public string PathOf(string name) => name is BackupNames.Current or BackupNames.Old
        ? Path.Combine(_directory, name)
        : throw new ArgumentOutOfRangeException(nameof(name), name, "is no backup file's name");
}

/// <summary>A restore under way.</summary>
/// <param name="Target">Where to.</param>
internal sealed record RestoreNote(string Target);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RestoreNote))]
internal sealed partial class RestoreNoteJson : JsonSerializerContext;
