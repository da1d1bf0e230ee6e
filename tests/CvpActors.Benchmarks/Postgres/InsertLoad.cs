using CvpActors.Benchmarks.Support;
using Npgsql;

namespace CvpActors.Benchmarks.Postgres;

/// <summary>
/// Somebody who inserts one small row at a steady rate, and how long each took from the moment it was due: a server's calls do not stop coming because
/// a table is locked.
/// </summary>
internal sealed class InsertLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<double> _waits = [];
    private readonly TaskCompletionSource _begun = new();
    private readonly Task _inserting;

    private InsertLoad(string connection, string insert, TimeSpan every) =>
        _inserting = Task.Factory.StartNew(() => InsertAsync(connection, insert, every), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    public static async Task<InsertLoad> StartAsync(string connection, string insert, TimeSpan every)
    {
        var load = new InsertLoad(connection, insert, every);
        await await Task.WhenAny(load._begun.Task, load._inserting);
        return load;
    }

    /// <summary>Stops, and says how long rows waited, in milliseconds.</summary>
    public async Task<(int Rows, double P50, double P99, double Max)> EndAsync()
    {
        await _stop.CancelAsync();
        await _inserting;
        _waits.Sort();
        return (_waits.Count, Statistics.Percentile(_waits, 0.5), Statistics.Percentile(_waits, 0.99), Statistics.Percentile(_waits, 1));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _inserting;
        _stop.Dispose();
    }

    private async Task InsertAsync(string connectionString, string insert, TimeSpan every)
    {
        var time = TimeProvider.System;
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(insert, connection);
        await command.PrepareAsync();
        var step = (long)(every.TotalSeconds * time.TimestampFrequency);
        for (var due = time.GetTimestamp(); !_stop.IsCancellationRequested; due += step)
        {
            var early = due - time.GetTimestamp();
            if (early > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)early / time.TimestampFrequency), time);

                // A timer that rings late is not the database's fault.
                due = time.GetTimestamp();
            }

            await command.ExecuteNonQueryAsync();
            _waits.Add(time.GetElapsedTime(due).TotalMilliseconds);
            _begun.TrySetResult();
        }
    }
}
