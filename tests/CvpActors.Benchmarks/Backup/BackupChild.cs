using System.Globalization;
using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;
using CvpActors.Databases.FileSet;
using CvpActors.Databases.Sqlite;

namespace CvpActors.Benchmarks.Backup;

/// <summary>One backup of ours in a process of its own, so that its peak memory is that of the backup, the runtime included.</summary>
internal static class BackupChild
{
    public const string Verb = "one-backup";

    public static async Task<int> RunAsync(string database, string directory)
    {
        var time = TimeProvider.System;
        var files = new BackupFileSet("reporting", directory, time, Console.Error.WriteLine);
        var engine = new SqliteReportingDatabase(new SqliteOptions(database), time);
        var started = time.GetTimestamp();
        await files.BackUpAsync(engine, OneRun.Create(), CancellationToken.None);
        var elapsed = time.GetElapsedTime(started);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.Ticks} {Machine.PeakBytes(Environment.ProcessId)}"));
        return 0;
    }

    /// <summary>Runs it and reads what it says.</summary>
    public static async Task<Measured> StartAsync(string database, string directory)
    {
        using var child = Child.Start(Verb, database, directory);
        var figures = (await child.LineAsync()).Split(' ');
        return new Measured(
            TimeSpan.FromTicks(long.Parse(figures[0], CultureInfo.InvariantCulture)), long.Parse(figures[1], CultureInfo.InvariantCulture), false);
    }
}

/// <summary>One backup, ours or the peer's.</summary>
internal sealed record Measured(TimeSpan Elapsed, long PeakBytes, bool TimedOut);
