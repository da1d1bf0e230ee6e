namespace CvpActors.Engines.Command.Tests;

/// <summary>Programs of a test, written as lines for the shell.</summary>
internal static class Script
{
    public static CommandOptions Of(string backup, string? verify = null, string? purge = null) =>
        new(Line(backup), verify is null ? [] : Line(verify), purge is null ? [] : [.. Line(purge), "sh", "{dry-run}"], []);

    private static System.Collections.Immutable.ImmutableArray<string> Line(string script) => ["/bin/sh", "-c", script];
}
