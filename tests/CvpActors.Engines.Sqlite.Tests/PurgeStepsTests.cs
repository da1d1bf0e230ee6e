using CvpActors.Domain.Purges;
using CvpActors.Testing;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>How a purge goes about it, seen by the statements that it runs: what it does again and again, and what others write in between.</summary>
public sealed class PurgeStepsTests : IDisposable
{
    private const long Old = 1770000000;
    private const long Young = 1774900000;

    private readonly PurgeFixture _purge = new();

    public void Dispose() => _purge.Dispose();

    [Fact]
    public async Task What_another_connection_refers_to_between_the_look_at_circles_and_their_deletion_stays()
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, next INTEGER REFERENCES call(id), startdatetime INTEGER);
            CREATE TABLE invoice(call_id INTEGER REFERENCES call(id));
            CREATE INDEX invoice_call ON invoice(call_id);
            INSERT INTO call VALUES (1, 2, {Old}), (2, 1, {Old}), (3, 4, {Old}), (4, 3, {Old});
            """);

        // The look ends with what the rows found refer to; what is written then is seen by no statement of it.
        var written = false;
        var call = await PurgeAsync(statement =>
        {
            if (!written && statement.Contains("WHERE round = 1", StringComparison.Ordinal))
            {
                written = true;
                SampleDatabase.Execute(_purge.Database, "INSERT INTO invoice VALUES (1)");
            }
        });

        Assert.True(written);
        Assert.Equal(2, call.Rows);
        Assert.Equal(["1", "2"], SampleDatabase.Column(_purge.Database, "SELECT CAST(id AS TEXT) FROM call ORDER BY id"));
        Assert.Equal([new KeptRows("call(next)", 1), new KeptRows("invoice(call_id)", 1)], call.Kept!.Value.AsEnumerable());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("old.id % 2")]
    [InlineData("old.id % 40 = 0")]
    public async Task What_a_trigger_refused_by_taking_the_batch_back_is_not_tried_in_each_batch(string when)
    {
        // Who refers to a call has no index: it is noted, which reads the whole table.
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE invoice(call_id INTEGER REFERENCES call(id));
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO call SELECT i, {Old} FROM n;
            INSERT INTO invoice VALUES (80);
            CREATE TRIGGER stop BEFORE DELETE ON call WHEN {when} BEGIN SELECT raise(ROLLBACK, 'not this one'); END;
            """);
        int notes = 0, tries = 0, statements = 0;

        var call = await PurgeAsync(statement =>
        {
            statements++;
            notes += statement.StartsWith("INSERT INTO temp.cvp_refers", StringComparison.Ordinal) ? 1 : 0;
            tries += IsTry(statement) ? 1 : 0;
        });

        Assert.Equal(400 - call.Rows, call.Kept!.Value.Sum(kept => kept.Rows));
        Assert.Equal(0, notes);

        // Once, once more when the batch is done again without the one that was refused, and once when others have gone.
        Assert.InRange(tries, 400 - 1, 400 * 3);
        Assert.InRange(statements, 400, 400 * 30);
    }

    [Theory]
    [InlineData("ABORT")]
    [InlineData("ROLLBACK")]
    public async Task Of_many_circles_each_row_is_tried_a_few_times_however_many_are_refused(string raise)
    {
        // 300 pairs; of every third pair one row is refused.
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, next INTEGER REFERENCES call(id), startdatetime INTEGER);
            CREATE INDEX call_next ON call(next);
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 599) INSERT INTO call SELECT i, i + 1 - 2 * (i % 2), {Old} FROM n;
            CREATE TRIGGER stop BEFORE DELETE ON call WHEN old.id % 6 = 0 BEGIN SELECT raise({raise}, 'not this one'); END;
            """);
        var tries = 0;

        var call = await PurgeAsync(statement => tries += IsTry(statement) ? 1 : 0, batchRows: 100);

        Assert.Equal(400, call.Rows);
        Assert.Equal([new KeptRows("call(next)", 100), new KeptRows("not this one", 100)], call.Kept!.Value.AsEnumerable());
        Assert.InRange(tries, 500, 600 * 3);
    }

    [Fact]
    public async Task A_trigger_that_refuses_others_each_time_does_not_make_a_purge_try_for_ever()
    {
        // A counter that stays when the rows do not: the trigger refuses the first row that is tried, whichever that is.
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, next INTEGER REFERENCES call(id), startdatetime INTEGER);
            CREATE INDEX call_next ON call(next);
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99) INSERT INTO call SELECT i, i + 1 - 2 * (i % 2), {Old} FROM n;
            CREATE TRIGGER stop BEFORE DELETE ON call WHEN (SELECT count(*) FROM call) = 100 BEGIN SELECT raise(ABORT, 'not all of them'); END;
            """);
        var tries = 0;

        var call = await PurgeAsync(statement => tries += IsTry(statement) ? 1 : 0, batchRows: 100);

        Assert.Equal(100, call.Rows + call.Kept!.Value.Sum(kept => kept.Rows));
        Assert.InRange(tries, 1, 100 * 12);
    }

    [Fact]
    public async Task Circles_that_do_not_hang_together_go_in_transactions_of_their_own()
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, next INTEGER REFERENCES call(id), startdatetime INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49) INSERT INTO call SELECT i, i + 1 - 2 * (i % 2), {Old} FROM n;
            """);
        int most = 0, now = 0;

        var call = await PurgeAsync(
            statement =>
            {
                now = statement.StartsWith("BEGIN", StringComparison.Ordinal) ? 0 : IsTry(statement) ? now + 1 : now;
                most = Math.Max(most, now);
            },
            batchRows: 10);

        Assert.Equal(50, call.Rows);
        Assert.Equal(10, most);
    }

    [Fact]
    public async Task A_trigger_that_refers_from_one_circle_to_another_keeps_its_row()
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, next INTEGER REFERENCES call(id), startdatetime INTEGER);
            CREATE TABLE invoice(call_id INTEGER REFERENCES call(id));
            CREATE INDEX invoice_call ON invoice(call_id);
            INSERT INTO call VALUES (1, 2, {Old}), (2, 1, {Old}), (3, 4, {Old}), (4, 3, {Old}), (5, 6, {Young}), (6, 5, {Young});
            CREATE TRIGGER odd AFTER DELETE ON call WHEN old.id = 1 BEGIN INSERT INTO invoice VALUES (3); END;
            """);

        var call = await PurgeAsync(_ => { });

        Assert.Equal(2, call.Rows);
        Assert.Equal(["1", "2", "5", "6"], SampleDatabase.Column(_purge.Database, "SELECT CAST(id AS TEXT) FROM call ORDER BY id"));
        Assert.Equal(0, _purge.Count("invoice"));
    }

    private static bool IsTry(string statement) => statement.StartsWith("DELETE FROM main.\"call\"", StringComparison.Ordinal);

    private void Create(string sql) => SampleDatabase.Execute(_purge.Database, "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = wal; " + sql);

    private async Task<CategoryPurge> PurgeAsync(Action<string> ran, int batchRows = 1000)
    {
        var plan = PurgeFixture.Plan(PurgeFixture.Category("call"), batchRows);
        using var session = SqliteSession.OpenDatabase(new SqliteOptions(_purge.Database, null));
        var schema = PurgeSchema.Read(session, plan, _purge.Time.GetUtcNow());
        var group = Assert.Single(schema.Groups);
        var tallies = group.ToDictionary(target => target, target => new PurgeTally(target));
        using var purge = new GroupPurge(session, schema, group, tallies, new PurgeBatches(session, plan, _purge.Time, TestRun.Create(), file: null, readOnly: false));
        raw.sqlite3_trace(session.Handle, (_, statement) => ran(statement), null);
        await purge.RunAsync(CancellationToken.None);
        raw.sqlite3_trace(session.Handle, (strdelegate_trace?)null, null);
        return tallies[group[0]].Result;
    }
}
