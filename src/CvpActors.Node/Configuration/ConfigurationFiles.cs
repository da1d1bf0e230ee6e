using System.Text.RegularExpressions;
using Akka.Configuration;

namespace CvpActors.Node.Configuration;

/// <summary>Reads the files of the command line.</summary>
internal static partial class ConfigurationFiles
{
    private const string Demo = "demo.conf";

    /// <summary>The files laid over each other, a later one over an earlier one.</summary>
    /// <exception cref="SettingsException">A file cannot be read or is not HOCON.</exception>
    public static Config Load(IReadOnlyList<string> files)
    {
        var chosen = files.Count > 0 ? files : [Path.Combine(AppContext.BaseDirectory, "hocon", Demo)];
        return chosen.Select(Parse).Aggregate((under, over) => over.WithFallback(under));
    }

    private static Config Parse(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            CheckBraces(text);
            return ConfigurationFactory.ParseString(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(file, $"cannot be read ({e.Message}); allowed: a HOCON file");
        }
        catch (Exception e)
        {
            throw new SettingsException(file, $"is not HOCON: {e.Message}");
        }
    }

    /// <summary>The parser takes a file that was cut off for a whole one, and the node would run with half of its settings.</summary>
    private static void CheckBraces(string text)
    {
        var bare = TextsAndComments().Replace(text, "");
        var (open, closed) = (bare.Count(c => c is '{'), bare.Count(c => c is '}'));
        if (open != closed)
        {
            throw new FormatException($"{open} braces are opened and {closed} closed; allowed: as many of one as of the other");
        }
    }

    [GeneratedRegex("""
        \"{3}[\s\S]*?\"{3}|"(?:\\.|[^"\\\n])*"|(?:\#|//)[^\n]*
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex TextsAndComments();
}
