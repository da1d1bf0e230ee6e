using System.Globalization;
using CvpActors.Benchmarks.Support;
using Microsoft.Data.Sqlite;

namespace CvpActors.Benchmarks.Data;

/// <summary>
/// Another process that writes one small row at a steady rate, as a reporting server does, and says how long each took.
/// </summary>
/// <remarks>
/// A row's wait is counted from the moment it was due: a server's calls do not stop coming because the database is locked, and
/// counted from the moment it was sent, ten seconds of blockade would be a single slow row.
/// </remarks>
internal sealed class SteadyWriter : IDisposable
{
    public const string Verb = "steady-writer";

    private readonly Child _child;

    private SteadyWriter(Child child) => _child = child;

    /// <summary>Starts the process and waits until it writes.</summary>
    public static async Task<SteadyWriter> StartAsync(string database, TimeSpan every)
    {
        var child = Child.Start(Verb, database, every.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture));
        var writer = new SteadyWriter(child);
        _ = await child.LineAsync();
        return writer;
    }

    /// <summary>Begins to count.</summary>
    public async Task BeginAsync()
    {
        _child.Say("begin");
        _ = await _child.LineAsync();
    }

    /// <summary>Stops writing; rows that were due before are still written and counted.</summary>
    public async Task<WriterFigures> EndAsync()
    {
        _child.Say("end");
        var figures = (await _child.LineAsync()).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();

        // Its last close empties the log into the database, which the next run should not pay for.
        await _child.EndedAsync();
        return new WriterFigures((int)figures[0], figures[1], figures[2], figures[3], figures[4], figures[5]);
    }

    public void Dispose() => _child.Dispose();

    /// <summary>The process itself.</summary>
    public static async Task<int> RunAsync(string database, string microseconds)
    {
        var time = TimeProvider.System;
        var every = long.Parse(microseconds, CultureInfo.InvariantCulture) * time.TimestampFrequency / 1_000_000;
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();

        // SQLite's own wait for a lock, longer than any purge: the library's would look again only every 150 ms.
        using (var settings = connection.CreateCommand())
        {
            settings.CommandText = "PRAGMA busy_timeout = 3600000; PRAGMA synchronous = NORMAL";
            settings.ExecuteNonQuery();
        }

        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO call (ani, dnis, startdatetime, duration, note) VALUES ('+15550100', '8005550100', $at, 0, 'written meanwhile')";
        var at = insert.Parameters.Add("$at", SqliteType.Integer);
        insert.Prepare();

        var counting = false;
        long stopAt = long.MaxValue;
        var waits = new List<double>();
        var statements = new List<double>();
        _ = Task.Run(() =>
        {
            _ = Console.In.ReadLine();
            Volatile.Write(ref counting, true);
            Console.WriteLine("counting");

            // The parent's "end", or its death.
            _ = Console.In.ReadLine();
            Volatile.Write(ref stopAt, time.GetTimestamp());
        });

        var due = time.GetTimestamp();
        for (var written = 0; due < Volatile.Read(ref stopAt); written++, due += every)
        {
            var sent = time.GetTimestamp();
            if (sent < due)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)(due - sent) / time.TimestampFrequency), time);

                // A timer that rings late is not the database's fault.
                sent = due = time.GetTimestamp();
            }

            var counted = Volatile.Read(ref counting);
            at.Value = time.GetUtcNow().ToUnixTimeSeconds();
            insert.ExecuteNonQuery();
            var done = time.GetTimestamp();
            if (counted)
            {
                waits.Add(time.GetElapsedTime(due, done).TotalMilliseconds);
                statements.Add(time.GetElapsedTime(sent, done).TotalMilliseconds);
            }

            if (written == 0)
            {
                Console.WriteLine("writing");
            }
        }

        waits.Sort();
        statements.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{waits.Count} {Statistics.Percentile(waits, 0.5):R} {Statistics.Percentile(waits, 0.99):R} {Statistics.Percentile(waits, 1):R} {Statistics.Percentile(statements, 0.99):R} {Statistics.Percentile(statements, 1):R}"));
        return 0;
    }
}

/// <summary>What the writer met while it was counted; times in milliseconds, from the moment a row was due unless said otherwise.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="P50">The median wait.</param>
/// <param name="P99">The wait that 99 of 100 rows were not above.</param>
/// <param name="Max">The longest wait.</param>
/// <param name="StatementP99">The same as P99, from the moment the statement was sent.</param>
/// <param name="StatementMax">The longest statement.</param>
internal sealed record WriterFigures(int Rows, double P50, double P99, double Max, double StatementP99, double StatementMax);
