using System.Text.RegularExpressions;

namespace CvpActors.Engines.Informix;

/// <summary>Names of tables and columns: those that need no quotes, so that no name can become a statement.</summary>
public static partial class SqlName
{
    /// <summary>What is allowed, for errors.</summary>
    public const string Allowed = "allowed: a letter or _, then letters, digits and _, at most 100";

    /// <summary>Whether a text is such a name.</summary>
    public static bool IsPlain(string name) => Form().IsMatch(name);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
