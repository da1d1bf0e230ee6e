using System.Text;

namespace CvpActors.Node.Configuration.Hocon;

/// <summary>
/// Reads HOCON as administrators write it: sections, paths, lists, texts, comments, and substitutions of whole values of the same file. What else
/// HOCON has is refused with what to write instead. Akka's own parser takes an unclosed list for one that never ends, and what it does
/// not understand for something else; so it never sees a file of an administrator. Each character is looked at once, and nesting has a bound:
/// reading ends, whatever the bytes are.
/// </summary>
internal sealed class HoconParser
{
    /// <summary>The deepest nesting, counting the parts of paths.</summary>
    public const int Deepest = 50;

    private const int LongestShown = 60;
    private static readonly HashSet<string> IncludeWays = new(StringComparer.Ordinal) { "file(", "url(", "classpath(", "required(", "package(" };

    private readonly HoconCursor _cursor;
    private readonly Stack<(char Bracket, int Line)> _open = new();

    private HoconParser(string text) => _cursor = new HoconCursor(text);

    /// <summary>The whole text as one section.</summary>
    /// <exception cref="HoconException">It is not HOCON as this node reads it.</exception>
    public static HoconSection Parse(string text)
    {
        var parser = new HoconParser(text);
        return parser.Root();
    }

    private HoconSection Root()
    {
        _cursor.SkipBlanks(lines: true);
        if (_cursor.Current == '[')
        {
            throw Wrong("the file is a list; write sections, such as cvp-actors { … }");
        }

        if (_cursor.Current != '{')
        {
            var root = new HoconSection(1);
            ReadInto(root, depth: 1);
            return _cursor.IsAtEnd ? root : throw Wrong("} closes nothing; remove it, or write the { that it belongs to");
        }

        var inBraces = Section(depth: 1);
        _cursor.SkipBlanks(lines: true);
        return _cursor.IsAtEnd ? inBraces : throw Wrong("something follows the } that closes the file's first {; remove the two, or move it before the }");
    }

    private HoconSection Section(int depth)
    {
        var section = new HoconSection(_cursor.Line);
        Enter();
        ReadInto(section, depth);
        Leave('}');
        return section;
    }

    private void ReadInto(HoconSection section, int depth)
    {
        while (true)
        {
            Separate(first: section.Items.Count == 0);
            if (_cursor.IsAtEnd || _cursor.Current == '}')
            {
                return;
            }

            Entry(section, depth);
        }
    }

    private void Entry(HoconSection section, int depth)
    {
        var line = _cursor.Line;
        var path = Path();
        var name = Shown(string.Join('.', path));
        depth += path.Count;
        RefuseDeeper(depth);
        _cursor.SkipBlanks(lines: true);
        HoconNode value;
        if (_cursor.Current == '{')
        {
            value = Section(depth);
        }
        else if (_cursor.Current is '=' or ':')
        {
            _cursor.Take();
            value = Value(name, line, depth);
        }
        else if (_cursor.Current == '+' && _cursor.Next == '=')
        {
            throw Wrong($"+= is not supported; write {name} = and the whole value");
        }
        else
        {
            throw Wrong($"\"{name}\" has neither a value nor a section; write {name} = VALUE or {name} {{ … }}, each on a line of its own", line);
        }

        RefuseSecondValue(name);
        section.Set(path, value);
    }

    private List<string> Path(bool substituted = false)
    {
        var path = new List<string>();
        do
        {
            if (path.Count > 0)
            {
                _cursor.Take();
            }

            path.Add(Key(substituted));
            RefuseDeeper(path.Count);
        }
        while (_cursor.Current == '.');
        return path;
    }

    private string Key(bool substituted)
    {
        var quoted = _cursor.Current == '"';
        var key = quoted ? _cursor.TakeQuoted() : _cursor.TakePlain(c => c == '.' || (c == '+' && _cursor.Next == '='));
        if (key.Length == 0)
        {
            throw Wrong(_cursor.Current switch
            {
                '.' or '"' => "a path has a part without a name; write names with one dot between two",
                '+' => "+= is not supported; write the key, = and the whole value",
                '=' or ':' => $"{HoconCursor.Shown(_cursor.Current)} has no key before it; write KEY = VALUE, each on a line of its own",
                '$' => "a substitution cannot be a key; write the key itself",
                '{' or '[' => $"{HoconCursor.Shown(_cursor.Current)} has no key before it; write KEY {{ … }} or KEY = [ … ]",
                ']' => "] closes nothing; remove it, or write the [ that it belongs to",
                var other => $"{HoconCursor.Shown(other)} cannot begin a key; write the key in quotes",
            });
        }

        if (!quoted && !substituted && _cursor.Current is not ('.' or '=' or ':' or '{' or '+' or '\n' or HoconCursor.End) && !_cursor.IsAtComment)
        {
            RefuseAfterKey(key);
        }

        return key;
    }

    /// <summary>What follows a key on its line must make it one.</summary>
    private void RefuseAfterKey(string key)
    {
        _cursor.TakeSpaces();
        if (key == "include" && (_cursor.Current == '"' || IncludeWays.Any(way => _cursor.StartsWith(way))))
        {
            throw Wrong("include is not supported; write its settings here, or give the other file with a --config of its own");
        }

        if (!_cursor.IsAtEnd && !_cursor.IsAtComment && _cursor.Current is not ('=' or ':' or '{' or '+' or '\n' or '\r'))
        {
            throw Wrong(_cursor.IsPlain || _cursor.Current == '"'
                ? $"between \"{Shown(key)}\" and what follows it = is missing; write {Shown(key)} = VALUE"
                : $"{HoconCursor.Shown(_cursor.Current)} cannot stand in a key; write the key in quotes, or = after it");
        }
    }

    private HoconNode Value(string name, int line, int depth)
    {
        _cursor.SkipBlanks(lines: true);
        return _cursor.Current switch
        {
            '{' => Section(depth),
            '[' => List(name, depth + 1),
            '$' => Reference(),
            HoconCursor.End when _cursor.IsAtEnd => throw WithoutValue(name, line),
            '}' or ']' or ',' => throw WithoutValue(name, line),
            _ => Text(name),
        };
    }

    private HoconException WithoutValue(string name, int line) => Wrong($"\"{name}\" has no value; write one, \"\" for an empty text, or leave the key out", line);

    private HoconList List(string name, int depth)
    {
        RefuseDeeper(depth);
        var list = new HoconList(_cursor.Line, []);
        Enter();
        while (true)
        {
            var before = _cursor.Line;
            var comma = Separate(first: list.Items.Count == 0);
            if (_cursor.IsAtEnd || _cursor.Current is ']' or '}')
            {
                break;
            }

            if (list.Items.Count > 0 && !comma && _cursor.Line == before)
            {
                throw Wrong($"between two elements of \"{name}\" a comma or a new line is missing");
            }

            list.Items.Add(Value(name, _cursor.Line, depth));
        }

        Leave(']');
        return list;
    }

    private HoconText Text(string name)
    {
        var line = _cursor.Line;
        var text = new StringBuilder();
        var quoted = false;
        var spaces = "";
        while (true)
        {
            string part;
            if (_cursor.Current == '"')
            {
                part = _cursor.TakeQuoted();
                quoted = true;
            }
            else
            {
                part = _cursor.TakePlain(_ => false);
            }

            text.Append(spaces).Append(part);
            RefuseCutText(name);
            spaces = _cursor.TakeSpaces();
            if (_cursor.IsAtEnd || _cursor.IsAtComment || _cursor.Current is '\n' or ',' or '}' or ']')
            {
                return quoted || text.ToString() != "null"
                    ? new HoconText(line, text.ToString())
                    : throw Wrong($"null is not supported; leave \"{name}\" out", line);
            }

            RefuseInText(name);
        }
    }

    /// <summary>By HOCON's rules a comment begins here; whoever wrote /srv//backup or a password with # in it did not mean one.</summary>
    private void RefuseCutText(string name)
    {
        if (_cursor.IsAtComment)
        {
            var sign = _cursor.Current == '#' ? "#" : "//";
            throw Wrong($"{sign} in the value of \"{name}\" would begin a comment; write the text in quotes, or a blank before a comment");
        }
    }

    private void RefuseInText(string name)
    {
        if (_cursor.IsPlain || _cursor.Current == '"')
        {
            return;
        }

        throw Wrong(_cursor.Current switch
        {
            '$' => $"a substitution is only supported as the whole value; write the value of \"{name}\" out",
            '=' or ':' => $"{HoconCursor.Shown(_cursor.Current)} in the value of \"{name}\"; write one setting per line, and a text that holds {HoconCursor.Shown(_cursor.Current)} in quotes",
            '{' or '[' => $"{HoconCursor.Shown(_cursor.Current)} follows a text in the value of \"{name}\"; write one setting per line, and a text that holds it in quotes",
            var other => $"{HoconCursor.Shown(other)} in the value of \"{name}\"; write the text in quotes",
        });
    }

    private HoconReference Reference()
    {
        var line = _cursor.Line;
        _cursor.Take();
        if (_cursor.Current == '{' && _cursor.Next == '?')
        {
            throw Wrong("${?…} is not supported; write the value itself, or for a secret the key that ends in -env, which names an environment variable");
        }

        if (_cursor.Current != '{')
        {
            throw Wrong("\"$\" begins a substitution; write a text that holds it in quotes");
        }

        _cursor.Take();
        var path = Path(substituted: true);
        _cursor.TakeSpaces();
        if (_cursor.Current != '}')
        {
            throw Wrong("the substitution is not closed; write ${PATH} with the path of a value of this file", line);
        }

        _cursor.Take();
        return new HoconReference(line, [.. path]);
    }

    /// <summary>Values side by side would be one value in HOCON.</summary>
    private void RefuseSecondValue(string name)
    {
        _cursor.SkipBlanks(lines: false);
        if (_cursor.Current is '{' or '[' or '$')
        {
            throw Wrong($"two values of \"{name}\" follow each other, which is not supported; write one");
        }
    }

    /// <summary>What stands between two entries: ends of lines, and one comma.</summary>
    private bool Separate(bool first)
    {
        _cursor.SkipBlanks(lines: true);
        if (_cursor.Current != ',')
        {
            return false;
        }

        _cursor.Take();
        _cursor.SkipBlanks(lines: true);
        return first || _cursor.Current == ',' ? throw Wrong("a comma separates nothing; remove it") : true;
    }

    private void Enter()
    {
        _open.Push((_cursor.Current, _cursor.Line));
        _cursor.Take();
    }

    private void Leave(char closing)
    {
        var (bracket, line) = _open.Peek();
        if (_cursor.Current != closing)
        {
            _open.Clear();
            throw _cursor.IsAtEnd
                ? new HoconException(line, $"the {bracket} of this line is never closed; write {closing} where it ends")
                : Wrong($"{_cursor.Current} where {closing} should close the {bracket} of line {line}");
        }

        _open.Pop();
        _cursor.Take();
    }

    private void RefuseDeeper(int depth)
    {
        if (depth > Deepest)
        {
            throw Wrong($"sections, lists and paths are more than {Deepest} deep; no setting is");
        }
    }

    /// <summary>An error here; within a list it may be that the list was not closed.</summary>
    private HoconException Wrong(string problem, int line = 0) =>
        new(line > 0 ? line : _cursor.Line, _open.TryPeek(out var open) && open.Bracket == '[' ? $"{problem} (or is the ] of the list missing that begins in line {open.Line}?)" : problem);

    private static string Shown(string text) => text.Length <= LongestShown ? text : $"{text[..LongestShown]}…";
}
