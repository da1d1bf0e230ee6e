using System.Globalization;
using CvpActors.Benchmarks.Support;
using Npgsql;

namespace CvpActors.Benchmarks.Postgres;

/// <summary>
/// Another process that writes one small row at a steady rate, and how long each took from the moment it was due: a server's calls do not stop coming because
/// a table is locked.
/// </summary>
internal sealed class InsertLoad : IAsyncDisposable
{
    public const string Verb = "insert-load";

    private readonly Child _child;

    private InsertLoad(Child child) => _child = child;

    /// <summary>Starts the process and waits until it writes.</summary>
    public static async Task<InsertLoad> StartAsync(string connection, string insert, TimeSpan every)
    {
        var child = Child.Start(Verb, connection, insert, every.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture));
        _ = await child.LineAsync();
        return new InsertLoad(child);
    }

    /// <summary>Stops, and says how long rows waited, in milliseconds.</summary>
    public async Task<(int Rows, double P50, double P99, double Max)> EndAsync()
    {
        _child.Say("end");
        var figures = (await _child.LineAsync()).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        await _child.EndedAsync();
        return ((int)figures[0], figures[1], figures[2], figures[3]);
    }

    public ValueTask DisposeAsync()
    {
        _child.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The process itself.</summary>
    public static async Task<int> RunAsync(string connectionString, string insert, string microseconds)
    {
        const int WarmUp = 50;
        var time = TimeProvider.System;
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(insert, connection);
        await command.PrepareAsync();
        for (var i = 0; i < WarmUp; i++)
        {
            await command.ExecuteNonQueryAsync();
        }

        Console.WriteLine("writing");
        using var stop = new CancellationTokenSource();
        _ = Task.Run(() =>
        {
            // The parent's "end", or its death.
            _ = Console.In.ReadLine();
            stop.Cancel();
        });
        var step = long.Parse(microseconds, CultureInfo.InvariantCulture) * time.TimestampFrequency / 1_000_000;
        var waits = new List<double>();
        for (var due = time.GetTimestamp(); !stop.IsCancellationRequested; due += step)
        {
            var early = due - time.GetTimestamp();
            if (early > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)early / time.TimestampFrequency), time);

                // A timer that rings late is not the database's fault.
                due = time.GetTimestamp();
            }

            await command.ExecuteNonQueryAsync();
            waits.Add(time.GetElapsedTime(due).TotalMilliseconds);
        }

        waits.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{waits.Count} {Statistics.Percentile(waits, 0.5)} {Statistics.Percentile(waits, 0.99)} {Statistics.Percentile(waits, 1)}"));
        return 0;
    }
}
