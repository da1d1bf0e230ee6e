using CvpActors.Domain.Purges;
using CvpActors.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>Old rows that others refer to. Each purge is preceded by a dry run, which has to say the same.</summary>
public sealed class PurgeDependantsTests : IDisposable
{
    private const long Old = 1770000000;
    private const long Young = 1774900000;

    private readonly PurgeFixture _purge = new();

    public void Dispose() => _purge.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED")]
    [InlineData("ON DELETE RESTRICT")]
    [InlineData("ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED")]
    [InlineData("ON DELETE CASCADE")]
    [InlineData("ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED")]
    [InlineData("ON DELETE SET NULL")]
    [InlineData("ON DELETE SET DEFAULT")]
    public async Task A_row_that_may_not_go_does_not_keep_the_others(string action)
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE invoice(id INTEGER PRIMARY KEY, call_id INTEGER DEFAULT 7 REFERENCES call(id) {action});
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO call SELECT i, {Old} + i FROM n;
            INSERT INTO invoice(call_id) VALUES (50), (NULL), (9999);
            """);

        var call = Assert.Single((await PurgeAsync(Category("call"))).Categories);

        Assert.Equal(299, call.Rows);
        Assert.Equal([new KeptRows("invoice(call_id)", 1)], call.Kept);
        Assert.Equal(["50"], SampleDatabase.Column(_purge.Database, "SELECT CAST(id AS TEXT) FROM call"));
        Assert.Equal(["50", "none", "9999"], SampleDatabase.Column(_purge.Database, "SELECT coalesce(CAST(call_id AS TEXT), 'none') FROM invoice ORDER BY id"));
    }

    [Theory]
    [InlineData("call_id INTEGER REFERENCES calls_v1(id)")]
    [InlineData("call_id INTEGER REFERENCES calls_v1(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED")]
    [InlineData("call_id INTEGER REFERENCES other(missing)")]
    [InlineData("call_id INTEGER REFERENCES other(a)")]
    public async Task A_foreign_key_that_nobody_could_ever_enforce_does_not_stop_the_purge(string column)
    {
        Create($"""
            CREATE TABLE other(a, b);
            CREATE TABLE callevent(id INTEGER PRIMARY KEY, {column}, startdatetime INTEGER);
            INSERT INTO callevent VALUES (1, 7, {Old}), (2, 8, {Young});
            """);

        Assert.Equal(1, (await PurgeAsync(Category("callevent"))).Rows);
        Assert.Equal(1, _purge.Count("callevent"));
    }

    [Fact]
    public async Task A_key_that_refers_to_columns_which_are_not_unique_still_holds()
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, number TEXT, startdatetime INTEGER);
            CREATE TABLE invoice(number TEXT REFERENCES call(number));
            INSERT INTO call VALUES (1, 'a', {Old}), (2, 'a', {Old}), (3, 'b', {Old});
            INSERT INTO invoice VALUES ('a');
            """);

        var call = Assert.Single((await PurgeAsync(Category("call"))).Categories);

        Assert.Equal((1L, 2L), (call.Rows, call.Kept!.Value.Single().Rows));
    }

    [Theory]
    [InlineData("")]
    [InlineData("CREATE INDEX invoice_call ON invoice(call_id);")]
    public async Task A_table_whose_columns_hide_its_row_id_holds_what_it_refers_to(string index)
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE invoice(rowid TEXT, oid TEXT, _rowid_ TEXT, call_id INTEGER REFERENCES call(id));
            {index}
            INSERT INTO call VALUES (1, {Old}), (2, {Old}); INSERT INTO invoice VALUES ('x', 'y', 'z', 2);
            """);

        var call = Assert.Single((await PurgeAsync(Category("call"))).Categories);

        Assert.Equal(1, call.Rows);
        Assert.Equal([new KeptRows("invoice(call_id)", 1)], call.Kept!.Value.AsEnumerable());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Chains_within_one_table_go_in_one_purge(bool indexed, bool childrenFirst)
    {
        // 300 calls of 7 events each; an event refers to the one before it, or to the one after it.
        var previous = childrenFirst ? "CASE WHEN (i - 1) % 7 = 6 THEN NULL ELSE i + 1 END" : "CASE WHEN (i - 1) % 7 = 0 THEN NULL ELSE i - 1 END";
        Create($"""
            CREATE TABLE callevent(id INTEGER PRIMARY KEY, previous INTEGER REFERENCES callevent(id), startdatetime INTEGER);
            {(indexed ? "CREATE INDEX callevent_previous ON callevent(previous);" : "")}
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
            INSERT INTO callevent SELECT i, {previous}, {Old} + i FROM n;
            UPDATE callevent SET startdatetime = {Young} WHERE id = 703;
            """);

        var events = Assert.Single((await PurgeAsync(Category("callevent"), batchRows: 100)).Categories);

        // 703 is the third of its call: those that it refers to stay with it.
        var kept = childrenFirst ? 4 : 2;
        Assert.Equal(2099 - kept, events.Rows);
        Assert.Equal([new KeptRows("callevent(previous)", kept)], events.Kept!.Value.AsEnumerable());
        Assert.Equal(kept + 1, _purge.Count("callevent"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ON DELETE RESTRICT")]
    [InlineData("ON DELETE CASCADE")]
    public async Task Rows_that_refer_to_each_other_and_to_nothing_that_stays_go_together(string action)
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, last INTEGER REFERENCES leg(id) {action}, startdatetime INTEGER);
            CREATE TABLE leg(id INTEGER PRIMARY KEY, call INTEGER REFERENCES call(id) {action}, startdatetime INTEGER);
            INSERT INTO call VALUES (1, 1, {Old}), (2, 2, {Old}), (3, 3, {Young}), (4, NULL, {Old});
            INSERT INTO leg VALUES (1, 1, {Old}), (2, 2, {Young}), (3, 4, {Old});
            """);

        var result = await PurgeAsync([Category("call"), Category("leg")]);

        Assert.Equal([("call", 1L), ("leg", 1L)], result.Categories.Select(c => (c.Category, c.Rows)));
        Assert.Equal(["2", "3", "4"], SampleDatabase.Column(_purge.Database, "SELECT CAST(id AS TEXT) FROM call ORDER BY id"));
        Assert.Equal(["2", "3"], SampleDatabase.Column(_purge.Database, "SELECT CAST(id AS TEXT) FROM leg ORDER BY id"));
    }

    [Fact]
    public async Task A_row_that_refers_to_itself_goes()
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, original INTEGER REFERENCES call(id) ON DELETE RESTRICT, startdatetime INTEGER);
            INSERT INTO call VALUES (1, 1, {Old}), (2, 2, {Young});
            """);

        Assert.Equal(1, (await PurgeAsync(Category("call"))).Rows);
    }

    [Fact]
    public async Task Tables_are_purged_in_the_order_of_their_keys_when_the_configuration_names_no_parents()
    {
        Create($"""
            CREATE TABLE a(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE b(a INTEGER REFERENCES a, startdatetime INTEGER);
            INSERT INTO a VALUES (1, {Old}), (2, {Old}); INSERT INTO b VALUES (1, {Old}), (2, {Young});
            """);

        Assert.Equal([("b", 1L), ("a", 1L)], (await PurgeAsync([Category("a"), Category("b")])).Categories.Select(c => (c.Category, c.Rows)));
    }

    [Fact]
    public async Task Nothing_is_deleted_by_cascade_while_a_dependants_retention_lasts_or_where_no_category_names_it()
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE callevent(id INTEGER PRIMARY KEY, call_id INTEGER REFERENCES call(id) ON DELETE CASCADE, startdatetime INTEGER);
            CREATE TABLE complaint(id INTEGER PRIMARY KEY, call_id INTEGER REFERENCES call(id) ON DELETE CASCADE);
            INSERT INTO call VALUES (1, {Old}), (2, {Old}), (3, {Old}), (4, {Young});
            INSERT INTO callevent VALUES (1, 1, {Old}), (2, 1, {Young}), (3, 3, {Old});
            INSERT INTO complaint VALUES (1, 2);
            """);

        var result = await PurgeAsync([Category("call"), PurgeFixture.Category("callevent", parent: "call")]);

        Assert.Equal([("callevent", 2L, 0L), ("call", 1L, 0L)], result.Categories.Select(c => (c.Category, c.Rows, c.Cascaded!.Value)));
        Assert.Equal([new KeptRows("callevent(call_id)", 1), new KeptRows("complaint(call_id)", 1)], result.Categories[1].Kept!.Value.AsEnumerable());
        Assert.Equal((3, 1, 1), (_purge.Count(), _purge.Count("callevent"), _purge.Count("complaint")));
    }

    [Fact]
    public async Task A_category_that_allows_it_cascades_and_counts()
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE callevent(id INTEGER PRIMARY KEY, call_id INTEGER REFERENCES call(id) ON DELETE CASCADE, startdatetime INTEGER);
            CREATE TABLE detail(event_id INTEGER REFERENCES callevent(id) ON DELETE CASCADE);
            CREATE TABLE complaint(call_id INTEGER REFERENCES call(id) ON DELETE SET NULL);
            CREATE TABLE invoice(call_id INTEGER REFERENCES call(id));
            CREATE TABLE proof(event_id INTEGER REFERENCES callevent(id) ON DELETE RESTRICT);
            INSERT INTO call VALUES (1, {Old}), (2, {Old}), (3, {Old}), (4, {Young});
            INSERT INTO callevent VALUES (1, 1, {Young}), (2, 1, {Old}), (3, 2, {Young}), (4, 3, {Young});
            INSERT INTO detail VALUES (1), (1); INSERT INTO complaint VALUES (1); INSERT INTO invoice VALUES (2); INSERT INTO proof VALUES (4);
            """);

        var result = await PurgeAsync([Category("call") with { CascadeAllowed = true }, PurgeFixture.Category("callevent", parent: "call")]);

        // Event 2 is old and goes by itself; with call 1 go event 1, its two details, and a complaint changes.
        Assert.Equal([("callevent", 1L, 0L), ("call", 1L, 4L)], result.Categories.Select(c => (c.Category, c.Rows, c.Cascaded!.Value)));
        Assert.Equal([new KeptRows("FOREIGN KEY constraint failed", 1), new KeptRows("invoice(call_id)", 1)], result.Categories[1].Kept!.Value.AsEnumerable());
        Assert.Equal((3, 2, 0, 1), (_purge.Count(), _purge.Count("callevent"), _purge.Count("detail"), _purge.Count("complaint")));
    }

    [Fact]
    public async Task A_cascade_that_the_database_cannot_follow_is_an_error()
    {
        Create($"CREATE TABLE call(id INTEGER PRIMARY KEY, old_id REFERENCES gone(id), startdatetime INTEGER); INSERT INTO call VALUES (1, 1, {Old}), (2, 2, {Young})");

        var stopped = await Assert.ThrowsAsync<CvpActors.Domain.Ports.PurgeStoppedException>(
            () => _purge.PurgeAsync(PurgeFixture.Plan(Category("call") with { CascadeAllowed = true })));

        Assert.Contains("says cascade = allow, but the database cannot follow its foreign keys", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("gone", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_a_writer_refers_to_before_its_batch_stays()
    {
        Create($"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE invoice(call_id INTEGER REFERENCES call(id));
            INSERT INTO call VALUES (1, {Old}), (2, {Old}), (3, {Old});
            """);
        var run = TestRun.Create(progress: p =>
        {
            if (p.Done == 1)
            {
                SampleDatabase.Execute(_purge.Database, "INSERT INTO invoice VALUES (2)");
            }
        });

        var result = await _purge.PurgeAsync(PurgeFixture.Plan(Category("call"), batchRows: 1), run: run);

        Assert.Equal(2, result.Rows);
        Assert.Equal(2, SampleDatabase.Scalar<long>(_purge.Database, "SELECT id FROM call"));
    }

    private static RetentionCategory Category(string name) => PurgeFixture.Category(name);

    private void Create(string sql) => SampleDatabase.Execute(_purge.Database, "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = wal; " + sql);

    private Task<PurgeResult> PurgeAsync(RetentionCategory category, int batchRows = 10) => PurgeAsync([category], batchRows);

    private async Task<PurgeResult> PurgeAsync(RetentionCategory[] categories, int batchRows = 10)
    {
        var plan = PurgePlan.Create(categories, batchRows, TimeSpan.Zero);
        var foretold = await _purge.PurgeAsync(plan, dryRun: true);
        Assert.True(foretold.DryRun);
        var result = await _purge.PurgeAsync(plan);
        Assert.Equal(foretold.Categories.Select(Text), result.Categories.Select(Text));
        Assert.False(File.Exists(_purge.Database + ".dry-run"));
        return result;
    }

    private static string Text(CategoryPurge c) => $"{c.Category} {c.Rows} {c.Undatable} {string.Join(", ", c.Kept!.Value)} {c.Cascaded}";
}
