using System.Text.RegularExpressions;

namespace CvpActors.House.Tests;

/// <summary>
/// Which room (namespace) names a type of which other. Read from the text: a room imports another when a file of it has a using of the
/// other, or stands below it, and names one of its types.
/// </summary>
internal sealed partial class Rooms
{
    private readonly Dictionary<string, SortedSet<string>> _imports = new(StringComparer.Ordinal);

    /// <param name="sources">The text of each file.</param>
    public Rooms(IEnumerable<string> sources)
    {
        var files = sources.Select(text => (Room: Namespace().Match(text).Groups[1].Value, Text: text)).Where(file => file.Room.Length > 0).ToList();
        var types = files
            .GroupBy(file => file.Room)
            .ToDictionary(room => room.Key, room => room.SelectMany(file => Declaration().Matches(file.Text)).Select(m => m.Groups[1].Value).ToHashSet());
        foreach (var (room, text) in files)
        {
            var imports = _imports.TryGetValue(room, out var known) ? known : _imports[room] = new SortedSet<string>(StringComparer.Ordinal);
            var words = Word().Matches(text).Select(m => m.Value).ToHashSet();
            var visible = Using().Matches(text).Select(m => m.Groups[1].Value).Concat(Above(room));
            imports.UnionWith(visible.Where(other => other != room && types.TryGetValue(other, out var declared) && declared.Overlaps(words)));
        }
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

    private static IEnumerable<string> Above(string room)
    {
        for (var dot = room.LastIndexOf('.'); dot > 0; dot = room.LastIndexOf('.', dot - 1))
        {
            yield return room[..dot];
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:global )?using (?:static )?(CvpActors[\w.]*)", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(?:class|record struct|record|struct|interface|enum)\s+(\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
