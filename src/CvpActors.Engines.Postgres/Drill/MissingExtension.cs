using System.Text.RegularExpressions;

namespace CvpActors.Engines.Postgres.Drill;

/// <summary>An extension that the machine of a drill does not have says nothing about the backup: it is told as what it is.</summary>
internal static partial class MissingExtension
{
    /// <summary>What a server or <c>pg_restore</c> said, if it is of an extension that is not there; null if it is of anything else.</summary>
    public static string? Explain(string said)
    {
        var found = NotAvailable().Match(said) is { Success: true } available ? available
            : NoLibrary().Match(said) is { Success: true } library ? library
            : MustBePreloaded().Match(said);
        return found.Success
            ? $"the extension {found.Groups["name"].Value} is missing where the drill runs, so the backup could not be tried; it is not known to be damaged. Install that extension's "
                + $"package for this version of PostgreSQL on the node ({found.Value.Trim()})"
            : null;
    }

    [GeneratedRegex("extension \"(?<name>[^\"]+)\" is not available", RegexOptions.CultureInvariant)]
    private static partial Regex NotAvailable();

    [GeneratedRegex("could not (access|load) (file|library) \"(\\$libdir/)?(?<name>[^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex NoLibrary();

    [GeneratedRegex("(extension )?\"?(?<name>[a-z0-9_]+)\"? must be (loaded via shared_preload_libraries|preloaded)", RegexOptions.CultureInvariant)]
    private static partial Regex MustBePreloaded();
}
