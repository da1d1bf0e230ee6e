using System.Globalization;
using System.Text;

namespace CvpActors.Node.Configuration.Hocon;

/// <summary>A place in a text, which moves forward only and knows its line.</summary>
internal sealed class HoconCursor(string text)
{
    /// <summary>What stands in for the end of the text.</summary>
    public const char End = '\0';

    /// <summary>What has a meaning of its own, so that a text that holds it needs quotes.</summary>
    private const string NeedsQuotes = "$\"{}[]:=,#`^?!@*&\\";

    private int _at;

    public int Line { get; private set; } = 1;

    public char Current => _at < text.Length ? text[_at] : End;

    public bool IsAtEnd => _at >= text.Length;

    public bool IsAtComment => Current == '#' || (Current == '/' && Next == '/');

    /// <summary>Whether a plain text goes on here.</summary>
    public bool IsPlain => !IsAtEnd && !IsAtComment && !char.IsWhiteSpace(Current) && !char.IsControl(Current) && !NeedsQuotes.Contains(Current, StringComparison.Ordinal);

    public char Next => _at + 1 < text.Length ? text[_at + 1] : End;

    /// <summary>Whether <paramref name="word"/> follows.</summary>
    public bool StartsWith(string word) => string.CompareOrdinal(text, _at, word, 0, word.Length) == 0;

    public char Take()
    {
        var taken = text[_at++];
        if (taken == '\n')
        {
            Line++;
        }

        return taken;
    }

    /// <summary>Blanks and comments; also ends of lines, unless they mean something.</summary>
    public void SkipBlanks(bool lines)
    {
        while (!IsAtEnd && (IsAtComment || (char.IsWhiteSpace(Current) && (lines || Current != '\n'))))
        {
            if (!IsAtComment)
            {
                Take();
                continue;
            }

            while (!IsAtEnd && Current != '\n')
            {
                Take();
            }
        }
    }

    /// <summary>The blanks between two parts of a text on one line, as they are.</summary>
    public string TakeSpaces()
    {
        var from = _at;
        while (!IsAtEnd && Current != '\n' && char.IsWhiteSpace(Current))
        {
            Take();
        }

        return text[from.._at];
    }

    /// <summary>What goes on without quotes, up to what <paramref name="endsAt"/> says.</summary>
    public string TakePlain(Func<char, bool> endsAt)
    {
        var from = _at;
        while (IsPlain && !endsAt(Current))
        {
            Take();
        }

        return text[from.._at];
    }

    /// <summary>A text in quotes, or in three quotes, in which nothing is escaped.</summary>
    public string TakeQuoted() => StartsWith("\"\"\"") ? TakeRaw() : TakeEscaped();

    private string TakeRaw()
    {
        var begins = Line;
        var from = _at + 3;
        var to = from <= text.Length ? text.IndexOf("\"\"\"", from, StringComparison.Ordinal) : -1;
        if (to < 0)
        {
            throw new HoconException(begins, "the text that begins with \"\"\" is not closed; write \"\"\" where it ends");
        }

        // A quote before the last three is the text's own.
        while (to + 3 < text.Length && text[to + 3] == '"')
        {
            to++;
        }

        while (_at < to + 3)
        {
            Take();
        }

        return text[from..to];
    }

    private string TakeEscaped()
    {
        var begins = Line;
        var read = new StringBuilder();
        Take();
        while (Current != '"')
        {
            if (IsAtEnd || Current == '\n')
            {
                throw new HoconException(begins, "a text in quotes is not closed on its line; write \" where it ends, or \"\"\" around a text of several lines");
            }

            read.Append(Current == '\\' ? TakeEscape() : Take());
        }

        Take();
        return read.ToString();
    }

    private char TakeEscape()
    {
        Take();
        var escaped = IsAtEnd ? End : Take();
        return escaped switch
        {
            '"' or '\\' or '/' => escaped,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => TakeCodeUnit(),
            _ => throw new HoconException(Line, $"a backslash before {Shown(escaped)} means nothing; write \\\\ for a backslash"),
        };
    }

    private char TakeCodeUnit()
    {
        if (_at + 4 <= text.Length && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            _at += 4;
            return (char)unit;
        }

        throw new HoconException(Line, "\\u is not followed by four hexadecimal digits; write \\\\ for a backslash");
    }

    /// <summary>A character as an error shows it.</summary>
    public static string Shown(char c) => c == End ? "the end" : char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4}" : $"\"{c}\"";
}
