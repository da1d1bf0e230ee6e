using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>A database, a clock that stands at noon of 2026-03-31, and plans of one category.</summary>
internal sealed class PurgeFixture : IDisposable
{
    private readonly TempDirectory _directory = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 31, 12, 0, 0, TimeSpan.Zero));

    public string Database => _directory.File("reporting.db");

    /// <summary>Noon of 2026-03-01 for the usual 30 days.</summary>
    public DateTimeOffset Cutoff => Time.Start - TimeSpan.FromDays(30);

    public static RetentionCategory Category(
        string name, TimestampFormat format = TimestampFormat.UnixSeconds, int days = 30, string? parent = null, string column = "startdatetime") =>
        new(name, name, column, format, TimeSpan.FromDays(days), parent);

    public static PurgePlan Plan(RetentionCategory category, int batchRows = 10, TimeSpan pause = default) =>
        PurgePlan.Create([category], batchRows, pause);

    public Task<PurgeResult> PurgeAsync(
        PurgePlan plan, bool dryRun = false, RunContext? run = null, TimeSpan? busy = null, CancellationToken cancellation = default) =>
        new SqlitePurger(new SqliteOptions(Database, busy), Time).PurgeAsync(plan, dryRun, run ?? TestRun.Create(), cancellation);

    /// <summary>A table of old and new calls that take turns, in unix seconds.</summary>
    public void Calls(int count = 100, string journalMode = "wal") => SampleDatabase.Execute(Database, $"""
        PRAGMA journal_mode = {journalMode};
        CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER, payload TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        INSERT INTO call SELECT i, {Cutoff.ToUnixTimeSeconds()} + (CASE WHEN i % 2 THEN -1 ELSE 1 END) * i, hex(randomblob(20)) FROM n;
        """);

    public long Count(string table = "call") => SampleDatabase.Scalar<long>(Database, $"SELECT count(*) FROM \"{table}\"");

    public void Dispose() => _directory.Dispose();
}
