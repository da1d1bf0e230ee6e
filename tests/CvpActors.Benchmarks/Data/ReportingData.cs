using Microsoft.Data.Sqlite;

namespace CvpActors.Benchmarks.Data;

/// <summary>
/// A made-up reporting database: calls with their events and the details of their VXML elements, dated one after the other, with
/// the indices that reports need. Six rows a call, some 200 bytes each.
/// </summary>
internal static class ReportingData
{
    public const int RowsPerCall = 6;
    private const int CallsAtOnce = 20_000;

    /// <summary>Fills a new file, in WAL mode, until it has this many bytes.</summary>
    public static void CreateOfSize(string path, long bytes, DateTimeOffset firstCall) =>
        Create(path, firstCall, secondsPerCall: 1, (calls, written) => written >= bytes ? 0 : CallsAtOnce);

    /// <summary>Fills a new file, in WAL mode, with this many calls, spread evenly over <paramref name="span"/>.</summary>
    public static void CreateOfCalls(string path, long count, DateTimeOffset firstCall, TimeSpan span) =>
        Create(path, firstCall, span.TotalSeconds / count, (calls, written) => (int)Math.Min(CallsAtOnce, count - calls));

    private static void Create(string path, DateTimeOffset firstCall, double secondsPerCall, Func<long, long, int> more)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, """
            PRAGMA journal_mode = wal;
            PRAGMA synchronous = off;
            PRAGMA cache_size = -262144;
            CREATE TABLE call (callid INTEGER PRIMARY KEY, ani TEXT, dnis TEXT, startdatetime INTEGER NOT NULL, duration INTEGER, note TEXT);
            CREATE TABLE callevent (eventid INTEGER PRIMARY KEY, callid INTEGER NOT NULL, eventdatetime INTEGER NOT NULL, eventtype TEXT, detail TEXT);
            CREATE TABLE vxmlelementdetail (detailid INTEGER PRIMARY KEY, callid INTEGER NOT NULL, eventdatetime INTEGER NOT NULL, varname TEXT, varvalue TEXT);
            CREATE INDEX call_start ON call (startdatetime);
            CREATE INDEX call_ani ON call (ani);
            CREATE INDEX callevent_time ON callevent (eventdatetime);
            CREATE INDEX callevent_call ON callevent (callid);
            CREATE INDEX vxmlelementdetail_time ON vxmlelementdetail (eventdatetime);
            """);
        var first = firstCall.ToUnixTimeSeconds();
        long calls = 0;
        for (int count; (count = more(calls, Bytes(connection))) > 0; calls += count)
        {
            Execute(connection, $"""
                BEGIN;
                CREATE TEMP TABLE IF NOT EXISTS fresh (callid INTEGER PRIMARY KEY, at INTEGER);
                DELETE FROM fresh;
                WITH RECURSIVE n(i) AS (SELECT {calls} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {calls + count})
                INSERT INTO fresh SELECT i + 1, {first} + CAST(i * {secondsPerCall:R} AS INTEGER) FROM n;
                INSERT INTO call SELECT callid, '+1' || abs(random() % 10000000000), '8005550100', at, callid % 600, hex(randomblob(60)) FROM fresh;
                WITH part(n) AS (VALUES (0), (1), (2))
                INSERT INTO callevent (callid, eventdatetime, eventtype, detail)
                SELECT callid, at + n, 'event' || n, hex(randomblob(80)) FROM fresh CROSS JOIN part;
                WITH part(n) AS (VALUES (0), (1))
                INSERT INTO vxmlelementdetail (callid, eventdatetime, varname, varvalue)
                SELECT callid, at + n, 'variable' || n, hex(randomblob(80)) FROM fresh CROSS JOIN part;
                COMMIT;
                """);
        }

        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static long Bytes(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
