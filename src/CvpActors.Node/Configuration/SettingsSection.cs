using System.Globalization;
using System.Text.RegularExpressions;
using Akka.Configuration.Hocon;

namespace CvpActors.Node.Configuration;

/// <summary>
/// One section of the configuration. Remembers which keys it was asked for, so that a key nobody asked for is an error and
/// not silently without effect.
/// </summary>
internal sealed partial class SettingsSection
{
    private const string AllowedName = "allowed: up to 60 lower-case letters, digits, - and _, the first a letter";

    private readonly Dictionary<string, HoconValue> _values;
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="path">The section's path, for errors.</param>
    /// <param name="value">Its contents; null for a section that is not there.</param>
    public SettingsSection(string path, HoconValue? value)
    {
        Path = path;
        if (value is not null && !value.IsObject())
        {
            throw new SettingsException(path, $"\"{value}\" is a value; allowed: a section in braces");
        }

        _values = value is null ? [] : new Dictionary<string, HoconValue>(value.GetObject().Items, StringComparer.Ordinal);
    }

    public string Path { get; }

    public bool Has(string key)
    {
        _known.Add(key);
        return _values.ContainsKey(key);
    }

    public string Text(string key) => OptionalText(key) ?? throw new SettingsException(
        KeyPath(key),
        _values.Keys.FirstOrDefault(other => !_known.Contains(other) && Spelling.IsNear(other, key)) is { } misspelt
            ? $"is missing; it has no default. Is \"{misspelt}\" meant for it?"
            : "is missing; it has no default");

    public string? OptionalText(string key)
    {
        if (!Has(key))
        {
            return null;
        }

        var value = _values[key];
        if (!value.IsString() || Whole(value) is not { Length: > 0 } text)
        {
            throw new SettingsException(KeyPath(key), value.IsString() ? "is empty; allowed: some text" : "is a section or a list; allowed: a text");
        }

        return text;
    }

    /// <summary>A name that people choose for a thing: short, lower-case, fit for logs and paths.</summary>
    public string Name(string key)
    {
        var name = Text(key);
        return NameForm().IsMatch(name) ? name : throw new SettingsException(KeyPath(key), $"\"{name}\" is not a name; {AllowedName}");
    }

    /// <summary>The names of a list, each once; empty when the key is not there.</summary>
    public IReadOnlyList<string> NameList(string key)
    {
        var names = TextList(key);
        return names.FirstOrDefault(name => !NameForm().IsMatch(name)) is { } wrong ? throw new SettingsException(KeyPath(key), $"\"{wrong}\" is not a name; {AllowedName}")
            : names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice ? throw new SettingsException(KeyPath(key), $"\"{twice.Key}\" stands there {twice.Count()} times; allowed: each name once")
            : names;
    }

    /// <summary>The texts of a list; empty when the key is not there.</summary>
    public IReadOnlyList<string> TextList(string key)
    {
        if (!Has(key))
        {
            return [];
        }

        return IsList(_values[key]) && _values[key].GetArray().Where(value => !value.IsEmpty).ToList() is var items && items.TrueForAll(item => item.IsString())
            ? [.. items.Select(item => item.GetString())]
            : throw new SettingsException(KeyPath(key), "is not a list of texts; allowed: texts in brackets, [ \"…\", \"…\" ]");
    }

    public TimeSpan Duration(string key, TimeSpan byDefault, TimeSpan least, TimeSpan most)
    {
        if (OptionalText(key) is not { } text)
        {
            return byDefault;
        }

        var match = DurationForm().Match(text);
        if (!match.Success)
        {
            throw new SettingsException(KeyPath(key), $"\"{text}\" is not a duration; allowed: a number and one of ms, s, m, h, d, such as 10m");
        }

        var number = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        var milliseconds = number * match.Groups[2].Value switch { "ms" => 1, "s" => 1e3, "m" => 6e4, "h" => 3.6e6, _ => 8.64e7 };
        if (milliseconds < least.TotalMilliseconds || milliseconds > most.TotalMilliseconds)
        {
            throw new SettingsException(KeyPath(key), $"{text} is out of range; allowed: {Short(least)} to {Short(most)}");
        }

        return TimeSpan.FromMilliseconds(milliseconds);
    }

    public int Number(string key, int byDefault, int least, int most)
    {
        if (OptionalText(key) is not { } text)
        {
            return byDefault;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingsException(KeyPath(key), $"\"{text}\" is not allowed; allowed: a whole number from {least} to {most}");
    }

    public T OneOf<T>(string key, T byDefault, params (string Text, T Meaning)[] allowed)
    {
        if (OptionalText(key) is not { } text)
        {
            return byDefault;
        }

        var at = Array.FindIndex(allowed, a => a.Text == text);
        return at >= 0
            ? allowed[at].Meaning
            : throw new SettingsException(KeyPath(key), $"\"{text}\" is not known; allowed: {string.Join(", ", allowed.Select(a => a.Text))}");
    }

    public SettingsSection Section(string key) => new(KeyPath(key), Has(key) ? _values[key] : null);

    /// <summary>The sections of a list.</summary>
    public IReadOnlyList<SettingsSection> SectionList(string key)
    {
        if (!Has(key))
        {
            return [];
        }

        // A comma on a line of its own makes the parser see an element that is not there.
        return IsList(_values[key])
            ? [.. _values[key].GetArray().Where(value => !value.IsEmpty).Select((value, i) => new SettingsSection($"{KeyPath(key)}[{i}]", value))]
            : throw new SettingsException(KeyPath(key), "is not a list; allowed: sections in brackets, [ { … } ]");
    }

    /// <summary>The sections below this one whose names the administrator chose, by name.</summary>
    public IEnumerable<(string Name, SettingsSection Section)> NamedSections()
    {
        foreach (var (name, value) in _values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            _known.Add(name);
            if (!NameForm().IsMatch(name))
            {
                throw new SettingsException(KeyPath(name), $"is not a name; {AllowedName}");
            }

            yield return (name, new SettingsSection(KeyPath(name), value));
        }
    }

    /// <summary>The keys of a section in which the administrator chose all of them.</summary>
    public IEnumerable<string> Keys => _values.Keys.Order(StringComparer.Ordinal);

    /// <summary>Refuses keys that nobody asked for.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var key in _values.Keys)
        {
            if (!_known.Contains(key))
            {
                throw new SettingsException(KeyPath(key), $"unknown key; allowed here: {string.Join(", ", _known)}");
            }
        }
    }

    public string KeyPath(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>As it was written: the library cuts off blanks at the ends, also those in quotes, and paths may end with one.</summary>
    private static string? Whole(HoconValue value) => value.Values is [HoconLiteral literal] ? literal.GetString() : value.GetString();

    /// <summary>An empty list is one, too; the parser does not say so.</summary>
    private static bool IsList(HoconValue value) => value.IsArray() || value.Values.OfType<HoconArray>().Any();

    private static string Short(TimeSpan t) =>
        t.TotalDays >= 1 && t.TotalDays % 1 == 0 ? $"{t.TotalDays}d"
        : t.TotalHours >= 1 && t.TotalHours % 1 == 0 ? $"{t.TotalHours}h"
        : t.TotalSeconds >= 1 || t == TimeSpan.Zero ? $"{t.TotalSeconds:0.###}s"
        : $"{t.TotalMilliseconds:0.###}ms";

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$", RegexOptions.CultureInvariant)]
    private static partial Regex DurationForm();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,59}$", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
