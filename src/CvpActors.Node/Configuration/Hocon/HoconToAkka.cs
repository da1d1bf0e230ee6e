using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace CvpActors.Node.Configuration.Hocon;

/// <summary>What was read, as Akka's own settings are kept; substitutions are replaced by what they stand for.</summary>
internal sealed class HoconToAkka
{
    /// <summary>Substitutions of substitutions double what they stand for: this bounds it.</summary>
    private const int MostValues = 500_000;

    private readonly HoconSection _root;
    private readonly HashSet<HoconReference> _underWay = new(ReferenceEqualityComparer.Instance);
    private int _values;

    private HoconToAkka(HoconSection root) => _root = root;

    /// <exception cref="HoconException">A substitution stands for nothing, for itself, or for too much.</exception>
    public static Config Convert(HoconSection root) => new(new HoconRoot(new HoconToAkka(root).Value(root, depth: 0)));

    private HoconValue Value(HoconNode node, int depth)
    {
        Count(node);
        if (depth > HoconParser.Deepest)
        {
            throw new HoconException(node.Line, $"with substitutions replaced it is more than {HoconParser.Deepest} deep; no setting is");
        }

        var value = new HoconValue();
        switch (node)
        {
            case HoconText text:
                value.AppendValue(new HoconLiteral { Value = text.Text });
                break;
            case HoconList list:
                var items = new HoconArray();
                items.AddRange(list.Items.Select(item => Value(item, depth + 1)));
                value.AppendValue(items);
                break;
            case HoconSection section:
                var below = new HoconObject();
                foreach (var (key, item) in section.Items)
                {
                    below.Items[key] = Value(item, depth + 1);
                }

                value.NewValue(below);
                break;
            case HoconReference reference:
                return Within(reference, () => Value(Find(reference), depth + 1));
        }

        return value;
    }

    private HoconNode Find(HoconReference reference)
    {
        HoconNode found = _root;
        foreach (var key in reference.Path)
        {
            Count(reference);
            found = Stand(found) is HoconSection section && section.Items.TryGetValue(key, out var next)
                ? next
                : throw new HoconException(reference.Line, $"${{{string.Join('.', reference.Path)}}} stands for nothing; allowed: the path of a value of the same file (an environment variable is not one)");
        }

        return found;
    }

    private void Count(HoconNode node)
    {
        if (++_values > MostValues)
        {
            throw new HoconException(node.Line, $"there are more than {MostValues} values once all substitutions are replaced; write fewer");
        }
    }

    private HoconNode Stand(HoconNode node) => node is HoconReference other ? Within(other, () => Stand(Find(other))) : node;

    private T Within<T>(HoconReference reference, Func<T> follow)
    {
        if (!_underWay.Add(reference))
        {
            throw new HoconException(reference.Line, $"${{{string.Join('.', reference.Path)}}} stands for itself; write the value out");
        }

        if (_underWay.Count > HoconParser.Deepest)
        {
            throw new HoconException(reference.Line, $"substitutions of substitutions are more than {HoconParser.Deepest} deep; write the value out");
        }

        var followed = follow();
        _underWay.Remove(reference);
        return followed;
    }
}
