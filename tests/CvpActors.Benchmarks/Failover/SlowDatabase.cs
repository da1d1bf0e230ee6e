using CvpActors.Benchmarks.Data;
using Microsoft.Data.Sqlite;

namespace CvpActors.Benchmarks.Failover;

/// <summary>
/// A reporting database whose purge is a job of two minutes: old calls, deleted one at a time with a pause after each. It notes itself when each
/// was deleted, so that two purges at once are seen in the data, whatever the coordinator's own history says. All its calls are old, so the purge may empty it.
/// </summary>
internal static class SlowDatabase
{
    private const int Calls = Timing.JobSteps;

    public static void Create(string path)
    {
        ReportingData.CreateOfCalls(path, Calls, TimeProvider.System.GetUtcNow().AddDays(-60), TimeSpan.FromDays(20));
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE deletion (at_ms INTEGER NOT NULL);
            CREATE TRIGGER call_deleted AFTER DELETE ON call
            BEGIN INSERT INTO deletion VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)); END;
            """;
        command.ExecuteNonQuery();
    }

    /// <summary>What the node's configuration says of it.</summary>
    public static string Configuration(string id, string path, string backupDirectory) => $$"""
        cvp-actors.databases.{{id}} {
          engine = sqlite
          sqlite.path = "{{path}}"
          backup.directory = "{{backupDirectory}}"
          purge {
            batch {
              rows = 1
              pause = {{(int)Timing.JobStep.TotalMilliseconds}}ms
            }
            categories.call {
              table = "call"
              timestamp-column = "startdatetime"
              timestamp-format = unix-seconds
              retain = 30d
              emptying = allow
            }
          }
        }
        """;

    /// <summary>Whether calls were deleted faster than one purge deletes them.</summary>
    public static bool WasPurgedTwiceAtOnce(string path)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT count(*) FROM (SELECT at_ms - lag(at_ms) OVER (ORDER BY at_ms) AS gap FROM deletion)
            WHERE gap < {0.75 * Timing.JobStep.TotalMilliseconds:0}
            """;
        return (long)command.ExecuteScalar()! > 0;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False;Default Timeout=20");
        connection.Open();
        return connection;
    }
}
