namespace CvpActors.Testing;

/// <summary>The configuration of a reporting database, as an administrator would write it; tests lay their own keys over it.</summary>
public static class ReportingHocon
{
    /// <summary>One SQLite database with calls that are kept for 30 days; no schedules. Tests make their rows as old as they need them: silence holds nothing.</summary>
    public static string Database(string id, string path, string backupDirectory) => $$"""
        cvp-actors.databases.{{id}} {
          engine = sqlite
          sqlite.path = "{{path}}"
          backup.directory = "{{backupDirectory}}"
          purge.hold-after-silence = 0s
        }

        """ + Category(id, "call", "startdatetime", retain: "30d");

    /// <summary>One more category of a database. Tests purge databases that hold nothing but old rows: it may be emptied.</summary>
    public static string Category(string id, string table, string timestampColumn, string retain, string? parent = null) => $$"""
        cvp-actors.databases.{{id}}.purge.categories.{{table}} {
          table = "{{table}}"
          timestamp-column = "{{timestampColumn}}"
          timestamp-format = unix-seconds
          retain = {{retain}}
          emptying = allow{{(parent is null ? "" : $"\n  parent = {parent}")}}
        }

        """;
}
