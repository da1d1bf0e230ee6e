namespace CvpActors.Engines.Sqlite;

/// <summary>Names as SQL writes them: whatever a table is called, it stays a name.</summary>
internal static class SqliteIdentifier
{
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Unquote(string quoted) => quoted[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal);
}
