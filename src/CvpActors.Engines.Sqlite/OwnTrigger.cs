namespace CvpActors.Engines.Sqlite;

/// <summary>A trigger in temp on a table of the database: it sees what this connection writes, triggers and cascades of the database included.</summary>
internal static class OwnTrigger
{
    /// <summary>"One of these columns gets another value", whatever their collation takes for the same.</summary>
    public static string Changes(IEnumerable<string> columns) =>
        $"({string.Join(" OR ", columns.Distinct().Select(column => $"old.{column} IS NOT new.{column} COLLATE BINARY"))})";

    /// <summary>Makes it; it ends with the connection.</summary>
    public static void Create(SqliteSession session, string name, string write, PurgeTable table, string when, string does) =>
        session.Execute($"CREATE TEMP TRIGGER {name} AFTER {write} ON {table.Name} WHEN {when} BEGIN {does}; END");
}
