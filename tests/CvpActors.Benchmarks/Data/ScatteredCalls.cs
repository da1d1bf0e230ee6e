using System.Globalization;
using Microsoft.Data.Sqlite;

namespace CvpActors.Benchmarks.Data;

/// <summary>
/// A made-up reporting database whose calls have random keys, so that a night touches pages all over the index of the keys; it lives on from
/// night to night. The same seed gives the same bytes.
/// </summary>
internal sealed class ScatteredCalls : IDisposable
{
    /// <summary>As many days as are kept.</summary>
    public const int Days = 30;

    /// <summary>What a call takes in the file, its events and indices included.</summary>
    private const int BytesPerCall = 563;
    private const int SecondsPerDay = 86_400;
    private const int EventsPerCall = 2;
    private const long FirstDay = 1_700_000_000;

    private static readonly string[] Words = ["transfer", "queue", "agent", "menu", "abandon", "answered", "collect", "digits", "hold", "callback"];

    private readonly Random _random = new(7);
    private readonly SqliteConnection _connection;
    private readonly int _callsPerDay;
    private long _calls;
    private int _nextDay;

    /// <summary>Makes a new file with <see cref="Days"/> days.</summary>
    public ScatteredCalls(string path, long megabytes)
    {
        _callsPerDay = (int)Math.Max(1, megabytes * 1_000_000 / Days / BytesPerCall);
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Execute("""
            PRAGMA journal_mode = off;
            PRAGMA synchronous = off;
            PRAGMA cache_size = -500000;
            CREATE TABLE call (callguid TEXT NOT NULL PRIMARY KEY, startdatetime INTEGER NOT NULL, ani TEXT, dnis TEXT, duration INTEGER, note TEXT);
            CREATE INDEX call_start ON call (startdatetime);
            CREATE TABLE callevent (eventid INTEGER PRIMARY KEY, callid INTEGER NOT NULL, eventdatetime INTEGER NOT NULL, eventtype TEXT, detail TEXT);
            CREATE INDEX callevent_time ON callevent (eventdatetime);
            """);
        while (_nextDay < Days)
        {
            AddDay();
        }
    }

    /// <summary>One night: the oldest day goes, another has come.</summary>
    public void PassNight()
    {
        var before = FirstDay + ((long)(_nextDay - Days + 1) * SecondsPerDay);
        Execute($"BEGIN; DELETE FROM callevent WHERE eventdatetime < {before}; DELETE FROM call WHERE startdatetime < {before}; COMMIT");
        AddDay();
    }

    /// <summary>A backup by SQLite's online backup API: every page stays where it is.</summary>
    public void BackUp(string path)
    {
        File.Delete(path);
        using var target = new SqliteConnection($"Data Source={path};Pooling=False");
        target.Open();
        _connection.BackupDatabase(target);
    }

    public void Dispose() => _connection.Dispose();

    private void AddDay()
    {
        var from = FirstDay + ((long)_nextDay++ * SecondsPerDay);
        using var transaction = _connection.BeginTransaction();
        using var call = Prepare(transaction, "INSERT INTO call VALUES ($1, $2, $3, '8005550100', $4, $5)", 5);
        using var happened = Prepare(transaction, "INSERT INTO callevent (callid, eventdatetime, eventtype, detail) VALUES ($1, $2, $3, $4)", 4);
        for (var i = 0; i < _callsPerDay; i++)
        {
            _calls++;
            var at = from + ((long)i * SecondsPerDay / _callsPerDay);
            Run(call, Hex(16), at, "+1" + _random.NextInt64(10_000_000_000).ToString("D10", CultureInfo.InvariantCulture), _random.Next(600), Text(12) + Hex(20));
            for (var n = 0; n < EventsPerCall; n++)
            {
                Run(happened, _calls, at + n, Words[_random.Next(Words.Length)], Text(8) + Hex(24));
            }
        }

        transaction.Commit();
    }

    private SqliteCommand Prepare(SqliteTransaction transaction, string sql, int parameters)
    {
        var command = _connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        }

        return command;
    }

    private static void Run(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private string Hex(int bytes)
    {
        Span<byte> random = stackalloc byte[bytes];
        _random.NextBytes(random);
        return Convert.ToHexStringLower(random);
    }

    private string Text(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[_random.Next(Words.Length)]));

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
