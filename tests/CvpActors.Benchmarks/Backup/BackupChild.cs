using System.Globalization;
using CvpActors.Backups;
using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Sqlite;

namespace CvpActors.Benchmarks.Backup;

/// <summary>One backup of ours in a process of its own, so that its peak memory is that of the backup, the runtime included.</summary>
internal static class BackupChild
{
    public const string Verb = "one-backup";

    public static async Task<int> RunAsync(string database, string directory)
    {
        var time = TimeProvider.System;
        var engine = new TimedEngine(new SqliteEngine(new SqliteOptions(database)), time);
        var files = new BackupFileSet("reporting", directory, engine, time, Console.Error.WriteLine);
        var started = time.GetTimestamp();
        await files.BackUpAsync(OneRun.Create(), CancellationToken.None);
        var elapsed = time.GetElapsedTime(started);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.Ticks} {Machine.PeakBytes(Environment.ProcessId)} {time.GetElapsedTime(started, engine.DumpBegun).Ticks} {engine.Dump.Ticks} {engine.Verification.Ticks}"));
        return 0;
    }

    /// <summary>Runs it and reads what it says.</summary>
    public static async Task<Measured> StartAsync(string database, string directory)
    {
        using var child = Child.Start(Verb, database, directory);
        var figures = (await child.LineAsync()).Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new Measured(TimeSpan.FromTicks(figures[0]), figures[1], false)
        {
            Phases = new Phases(TimeSpan.FromTicks(figures[2]), TimeSpan.FromTicks(figures[3]), TimeSpan.FromTicks(figures[4])),
        };
    }

    /// <summary>Tells when the file set asks for what.</summary>
    private sealed class TimedEngine(IDatabaseEngine timed, TimeProvider time) : IDatabaseEngine
    {
        public long DumpBegun { get; private set; }

        public TimeSpan Dump { get; private set; }

        public TimeSpan Verification { get; private set; }

        public string Name => timed.Name;

        public IReadOnlyList<string> SideFileSuffixes => timed.SideFileSuffixes;

        public Task CheckAsync(CancellationToken cancellation) => timed.CheckAsync(cancellation);

        public async Task DumpAsync(string path, RunContext run, CancellationToken cancellation)
        {
            DumpBegun = time.GetTimestamp();
            await timed.DumpAsync(path, run, cancellation);
            Dump = time.GetElapsedTime(DumpBegun);
        }

        public string? DatabaseFile => timed.DatabaseFile;

        public async Task<Verification?> VerifyAsync(string path, CancellationToken cancellation)
        {
            var begun = time.GetTimestamp();
            var verified = await timed.VerifyAsync(path, cancellation);
            Verification = time.GetElapsedTime(begun);
            return verified;
        }
    }
}

/// <summary>One backup, ours or the peer's.</summary>
internal sealed record Measured(TimeSpan Elapsed, long PeakBytes, bool TimedOut)
{
    /// <summary>Where the time of one of ours went.</summary>
    public Phases? Phases { get; init; }
}

/// <summary>The parts of a backup of ours; what is missing to the whole is the flush or the checksum, where they outlast the verification.</summary>
/// <param name="Before">The check of the last backup, and the rotation.</param>
/// <param name="Dump">The dump.</param>
/// <param name="Verification">The verification, beside which the dump is checksummed and flushed.</param>
internal sealed record Phases(TimeSpan Before, TimeSpan Dump, TimeSpan Verification);
