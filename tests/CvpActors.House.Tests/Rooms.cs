namespace CvpActors.House.Tests;

/// <summary>
/// Which room (namespace) imports which other, by whatever way C# has to name a type of another namespace: a using, a using of a type or
/// under another name, a name with dots, or none at all where the other room is one that it lies in.
/// </summary>
internal sealed class Rooms
{
    private readonly Dictionary<string, SortedSet<string>> _imports;

    public Rooms(IReadOnlyCollection<SourceFile> files)
    {
        var types = files.GroupBy(file => file.Room).ToDictionary(room => room.Key, room => room.SelectMany(file => file.Types).ToHashSet());
        _imports = files.GroupBy(file => file.Room).ToDictionary(
            room => room.Key,
            room => new SortedSet<string>(room.SelectMany(file => ImportsOf(file, types)).Where(other => other != room.Key), StringComparer.Ordinal));
    }

    public IReadOnlyDictionary<string, SortedSet<string>> Imports => _imports;

    /// <summary>The first circle that is found, as the rooms on the way; empty when there is none.</summary>
    public IReadOnlyList<string> FindCircle()
    {
        var done = new HashSet<string>();
        var way = new List<string>();
        foreach (var room in _imports.Keys.Order(StringComparer.Ordinal))
        {
            if (Visit(room) is { Count: > 0 } circle)
            {
                return circle;
            }
        }

        return [];

        List<string>? Visit(string room)
        {
            if (way.IndexOf(room) is var at and >= 0)
            {
                return [.. way[at..], room];
            }

            if (!done.Add(room))
            {
                return null;
            }

            way.Add(room);
            foreach (var next in _imports[room])
            {
                if (Visit(next) is { } circle)
                {
                    return circle;
                }
            }

            way.RemoveAt(way.Count - 1);
            return null;
        }
    }

    private static IEnumerable<string> ImportsOf(SourceFile file, Dictionary<string, HashSet<string>> types)
    {
        // No using is idle: the build refuses those.
        var used = file.Usings.Where(types.ContainsKey);

        // The types of a room that it lies in need no using; a name that it declares itself is its own.
        var around = Outwards(Outer(file.Room)).Where(room => types.TryGetValue(room, out var declared)
            && file.Names.Intersect(declared).Except(types[file.Room]).Any());

        // Backups.BackupPaths inside CvpActors.Node means CvpActors.Backups.BackupPaths; a property of a room's name means nothing.
        var dotted =
            from name in file.QualifiedNames
            from upToType in Outwards(name)
            let type = upToType[(upToType.LastIndexOf('.') + 1)..].Trim()
            from scope in Outwards(file.Room).Append("")
            let room = $"{scope}.{Outer(upToType)}".Trim('.')
            where types.TryGetValue(room, out var declared) && declared.Contains(type)
            select room;
        return [.. used, .. around, .. dotted];
    }

    /// <summary>A.B.C, then A.B, then A.</summary>
    private static IEnumerable<string> Outwards(string name)
    {
        for (; name.Length > 0; name = Outer(name))
        {
            yield return name;
        }
    }

    private static string Outer(string name) => name.LastIndexOf('.') is >= 0 and var dot ? name[..dot] : "";
}
