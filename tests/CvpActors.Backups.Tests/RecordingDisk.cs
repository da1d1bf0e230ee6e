using CvpActors.Files;

namespace CvpActors.Backups.Tests;

/// <summary>
/// A disk that remembers what a power cut would leave. Bytes count once their file was flushed, a name once its folder was; of the names that were
/// changed since, any may be there and any may not.
/// </summary>
/// <param name="folder">The one folder that is looked at.</param>
internal sealed class RecordingDisk(string folder) : Disk
{
    /// <summary>Enough for every combination of what is under way at one time.</summary>
    private const int MostPending = 10;

    private readonly List<Change> _pending = [];
    private Dictionary<string, Content> _durable = [];
    private readonly Dictionary<string, Content> _now = [];

    /// <summary>Told of every folder that a cut at this moment may leave, each a list of names with their bytes (null: none that can be relied on).</summary>
    public Action<IReadOnlyDictionary<string, byte[]?>>? AtEachStep { get; set; }

    public override bool TryLink(string existing, string name)
    {
        var made = base.TryLink(existing, name);
        Step(new Change(null, Name(name), Known(existing)));
        return made;
    }

    public override void Copy(string from, string to)
    {
        base.Copy(from, to);
        Step(new Change(null, Name(to), new Content()));
    }

    public override void Rename(string from, string to)
    {
        base.Rename(from, to);
        Step(new Change(Name(from), Name(to), Known(from)));
    }

    public override void Delete(string path)
    {
        base.Delete(path);
        if (_now.ContainsKey(Name(path)))
        {
            Step(new Change(Name(path), null, null));
        }
    }

    public override void FlushBytes(string path)
    {
        base.FlushBytes(path);
        Known(path).Flushed = File.ReadAllBytes(path);
        Look();
    }

    public override void FlushFolder(string directory)
    {
        base.FlushFolder(directory);
        if (Path.GetFullPath(directory) == folder)
        {
            _durable = new Dictionary<string, Content>(_now);
            _pending.Clear();
            Look();
        }
    }

    private static string Name(string path) => Path.GetFileName(path);

    /// <summary>What a name stands for; one that is seen for the first time was made just before.</summary>
    private Content Known(string path)
    {
        if (!_now.TryGetValue(Name(path), out var content))
        {
            content = new Content();
            Step(new Change(null, Name(path), content));
        }

        return content;
    }

    private void Step(Change change)
    {
        Apply(_now, change);
        _pending.Add(change);
        Look();
    }

    private void Look()
    {
        if (AtEachStep is not { } tell)
        {
            return;
        }

        Assert.InRange(_pending.Count, 0, MostPending);
        for (var subset = 0; subset < 1 << _pending.Count; subset++)
        {
            var left = new Dictionary<string, Content>(_durable);
            for (var i = 0; i < _pending.Count; i++)
            {
                if ((subset & (1 << i)) != 0)
                {
                    Apply(left, _pending[i]);
                }
            }

            tell(left.ToDictionary(file => file.Key, file => file.Value.Flushed));
        }
    }

    private static void Apply(Dictionary<string, Content> names, Change change)
    {
        if (change.From is not null)
        {
            names.Remove(change.From);
        }

        if (change.To is not null)
        {
            names[change.To] = change.Content!;
        }
    }

    private sealed class Content
    {
        public byte[]? Flushed { get; set; }
    }

    private sealed record Change(string? From, string? To, Content? Content);
}
