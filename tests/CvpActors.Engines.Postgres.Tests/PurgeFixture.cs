using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Testing;

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>What tests of a purge share: a standing clock, short plans, and rows of so many days ago.</summary>
internal static class Purging
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 30, 12, 0, 0, TimeSpan.Zero);

    public static TimeProvider Clock { get; } = new StandingClock();

    /// <summary>Two tables by a key, rows of every half day for sixty days; the parent's key is the half day.</summary>
    public const string ParentAndChild = """
        CREATE TABLE call(id int PRIMARY KEY, at timestamptz);
        CREATE TABLE callevent(id serial PRIMARY KEY, call_id int REFERENCES call, at timestamptz);
        CREATE INDEX ON call(at); CREATE INDEX ON callevent(call_id);
        INSERT INTO call SELECT i, timestamptz '2026-06-30 12:00+00' - i * interval '12 h' FROM generate_series(1, 120) i;
        INSERT INTO callevent(call_id, at) SELECT i, timestamptz '2026-06-30 12:00+00' - i * interval '12 h' FROM generate_series(1, 120) i;
        """;

    public static RetentionCategory Category(string table, string column = "at", TimestampFormat format = TimestampFormat.Native, string? parent = null, bool cascade = false) =>
        new(table.Replace('.', '_'), table, column, format, TimeSpan.FromDays(30), parent) { CascadeAllowed = cascade };

    public static PurgePlan Plan(params RetentionCategory[] categories) => PurgePlan.Create(categories, 1000, TimeSpan.Zero);

    public static PurgePlan ParentAndChildPlan { get; } = Plan(Category("call"), Category("callevent", parent: "call"));

    public static PostgresPurger Purger(this SampleServerDatabase database, TimeSpan ahead = default) =>
        new(new PostgresOptions(database.ConnectionString) { PartitionsAhead = ahead }, Clock);

    public static Task<PurgeResult> PurgeAsync(this SampleServerDatabase database, PurgePlan plan, bool dryRun = false, RunContext? run = null) =>
        database.Purger().PurgeAsync(plan, dryRun, run ?? TestRun.Create(), CancellationToken.None);

    /// <summary>As a dry run foretells it; then done, and compared.</summary>
    public static async Task<PurgeResult> PurgeAsForetoldAsync(this SampleServerDatabase database, PurgePlan plan)
    {
        var foretold = await database.PurgeAsync(plan, dryRun: true);
        var done = await database.PurgeAsync(plan);
        Assert.Equal(Told(foretold), Told(done));
        return done;

        static string[] Told(PurgeResult result) =>
            [.. result.Categories.Select(c => $"{c.Category}: {c.Rows} deleted, {c.Undatable} undatable, kept {string.Join(", ", c.Kept!.Value.Select(k => $"{k.Rows} {k.Reason}"))}")];
    }

    public static CategoryPurge Of(this PurgeResult result, string category) => result.Categories.Single(c => c.Category == category);

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
