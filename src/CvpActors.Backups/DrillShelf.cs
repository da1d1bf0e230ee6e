using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Files;
using CvpActors.Processes;

namespace CvpActors.Backups;

/// <summary>
/// Where the drills of one database take place: a folder of its own below the drills' directory, and the second name of the backup file beside that one, where it
/// takes no room. A note in the node's own directory says what there is, and outlives a change of the configuration.
/// </summary>
/// <param name="note">The note's file.</param>
/// <param name="directory">Where throw-away places are made; it is made when it is first needed.</param>
/// <param name="backups">The backup directory.</param>
/// <param name="database">The database's id.</param>
public sealed class DrillShelf(string note, string directory, string backups, string database) : IDrillShelf
{
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What begins the name of a place, so that nothing else is ever removed for one.</summary>
    private const string PlacePrefix = "drill-";

    private static readonly TimeSpan ChildrenEndWithin = TimeSpan.FromSeconds(10);

    private readonly Lock _one = new();
    private readonly string _directory = Path.GetFullPath(directory);
    private readonly string _held = Path.Combine(Path.GetFullPath(backups), "cvp_drill.held");
    private bool _underWay;

    /// <inheritdoc/>
    public string Place => Path.Combine(_directory, PlacePrefix + database);

    /// <inheritdoc/>
    public SpaceNeed SpaceFor(long bytes)
    {
        var there = _directory;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        return new SpaceNeed(_directory, bytes, FreeSpace.At(there)) { Disk = FileStatus.TryRead(there)?.Device };
    }

    /// <inheritdoc/>
    public IDrillPlace Begin(string attemptId)
    {
        lock (_one)
        {
            if (_underWay)
            {
                throw new IOException($"another drill of {database} is under way on this machine");
            }

            Remove(ReadNote());
            var begun = new DrillNote(attemptId, Place);
            JsonFile.Write(note, begun, DrillNoteJson.Default.DrillNote);
            MakePlace();
            _underWay = true;
            return new Underway(this, begun);
        }
    }

    /// <inheritdoc/>
    public string? TidyUp()
    {
        lock (_one)
        {
            if (_underWay || !File.Exists(note))
            {
                return null;
            }

            var left = ReadNote();
            Remove(left);
            return left?.AttemptId ?? "a drill whose note cannot be read";
        }
    }

    private void MakePlace()
    {
        Directory.CreateDirectory(_directory);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Place);
        }
        else
        {
            Directory.CreateDirectory(Place, OwnersFolder);
        }
    }

    /// <summary>A note that cannot be read is of a drill that began; of its place only the default is known.</summary>
    private DrillNote? ReadNote() => File.Exists(note) ? JsonFile.TryRead(note, DrillNoteJson.Default.DrillNote) : null;

    private void Remove(DrillNote? left)
    {
        // What still runs there would go on writing.
        foreach (var child in left?.Children ?? [])
        {
            if (!ProcessGroup.End(new ChildIdentity(child.ProcessId, child.Started), ChildrenEndWithin))
            {
                throw new IOException($"process {child.ProcessId}, which a drill of {database} started, is still there and cannot be ended");
            }
        }

        var place = left?.Place ?? Place;
        if (Path.GetFileName(place) == PlacePrefix + database && Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        // The note last: while it is there, somebody comes again for the rest.
        File.Delete(_held);
        File.Delete(note);
    }

    /// <summary>One drill.</summary>
    private sealed class Underway(DrillShelf shelf, DrillNote begun) : IDrillPlace
    {
        private readonly Lock _children = new();
        private DrillNote _note = begun;

        public void Started(RunChild child)
        {
            lock (_children)
            {
                var next = _note with { Children = [.. _note.Children ?? [], child] };
                JsonFile.Write(shelf.NotePath, next, DrillNoteJson.Default.DrillNote);
                _note = next;
            }
        }

        public (string Path, BackupManifest Manifest)? Hold(IBackupReader reader, string name)
        {
            ArgumentNullException.ThrowIfNull(reader);
            return reader.Link(name, shelf._held) is { } manifest ? (shelf._held, manifest) : null;
        }

        public (string Path, Stream Content) CreateFetched()
        {
            var path = Path.Combine(shelf.Place, "fetched");
            return (path, FileReaders.CreatePrivate(path));
        }

        public void End()
        {
            lock (shelf._one)
            {
                shelf._underWay = false;
                shelf.Remove(_note);
            }
        }
    }

    private string NotePath => note;
}

/// <summary>A drill under way.</summary>
/// <param name="AttemptId">Its id.</param>
/// <param name="Place">Its folder.</param>
internal sealed record DrillNote(string AttemptId, string Place)
{
    /// <summary>The child processes that it has started, ended or not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RunChild>? Children { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DrillNote))]
internal sealed partial class DrillNoteJson : JsonSerializerContext;
