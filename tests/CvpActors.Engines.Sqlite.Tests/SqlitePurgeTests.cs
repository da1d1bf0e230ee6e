using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

public sealed class SqlitePurgeTests : IDisposable
{
    private readonly PurgeFixture _purge = new();

    public void Dispose() => _purge.Dispose();

    [Theory]
    [InlineData("wal", 7)]
    [InlineData("delete", 7)]
    [InlineData("wal", 1)]
    [InlineData("wal", 50)]
    [InlineData("wal", 1000)]
    public async Task Old_rows_go_whatever_the_size_of_a_batch(string journalMode, int batchRows)
    {
        _purge.Calls(100, journalMode);

        var result = await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), batchRows));

        var call = Assert.Single(result.Categories);
        Assert.Equal(("call", "call", _purge.Cutoff, 50, 0, 0), (call.Category, call.Table, call.OlderThan, call.Rows, call.Undatable, call.Cascaded));
        Assert.Empty(call.Kept!.Value);
        Assert.False(result.DryRun);
        Assert.Equal(50, _purge.Count());
        Assert.Equal(0, SampleDatabase.Scalar<long>(_purge.Database, "SELECT count(*) FROM call WHERE id % 2"));
    }

    [Fact]
    public async Task A_table_longer_than_one_read_is_walked_to_its_end()
    {
        _purge.Calls(50_000);

        Assert.Equal(25_000, (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), 20_000))).Rows);
        Assert.Equal(25_000, _purge.Count());
    }

    [Fact]
    public async Task Old_rows_that_are_few_and_far_apart_go_and_no_others()
    {
        _purge.Calls(40_000);
        SampleDatabase.Execute(_purge.Database, "UPDATE call SET startdatetime = 4000000000 WHERE id % 1000 != 1");

        Assert.Equal(40, (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), 25))).Rows);
        Assert.Equal(39_960, _purge.Count());
    }

    [Fact]
    public async Task No_transaction_deletes_more_than_one_batch()
    {
        _purge.Calls();
        var progress = new List<RunProgress>();
        var seen = new List<long>();
        var run = TestRun.Create(progress: p =>
        {
            progress.Add(p);
            seen.Add(_purge.Count());
        });

        await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), 20), run: run);

        Assert.Equal([new(20, 0, "rows"), new(40, 0, "rows"), new(50, 0, "rows")], progress);
        Assert.Equal([80, 60, 50], seen);
    }

    [Fact]
    public async Task A_dry_run_counts_and_deletes_nothing()
    {
        _purge.Calls();

        var result = await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")), dryRun: true);

        Assert.Equal(50, result.Rows);
        Assert.True(result.DryRun);
        Assert.Equal(100, _purge.Count());
    }

    [Fact]
    public async Task Children_go_before_parents_each_by_its_own_retention()
    {
        SampleDatabase.Execute(_purge.Database, $"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE callevent(id INTEGER PRIMARY KEY, call INTEGER REFERENCES call(id), startdatetime INTEGER);
            CREATE TABLE deletions(what TEXT);
            CREATE TRIGGER call_gone AFTER DELETE ON call BEGIN INSERT INTO deletions VALUES ('call'); END;
            CREATE TRIGGER callevent_gone AFTER DELETE ON callevent BEGIN INSERT INTO deletions VALUES ('callevent'); END;
            INSERT INTO call VALUES (1, {Ago(40)}), (2, {Ago(20)});
            INSERT INTO callevent VALUES (1, 1, {Ago(40)}), (2, 2, {Ago(20)}), (3, 2, {Ago(5)});
            """);
        var plan = PurgePlan.Create(
            [PurgeFixture.Category("call", days: 30), PurgeFixture.Category("callevent", days: 15, parent: "call")], 10, TimeSpan.Zero);

        var result = await _purge.PurgeAsync(plan);

        Assert.Equal([("callevent", 2L), ("call", 1L)], result.Categories.Select(c => (c.Category, c.Rows)));
        Assert.Equal(["callevent", "callevent", "call"], SampleDatabase.Column(_purge.Database, "SELECT what FROM deletions ORDER BY rowid"));
        Assert.Equal(TimeSpan.FromDays(15), result.Categories[0].OlderThan - result.Categories[1].OlderThan);
    }

    [Fact]
    public async Task A_row_that_newer_rows_refer_to_is_left_for_a_later_purge()
    {
        SampleDatabase.Execute(_purge.Database, $"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE callevent(call INTEGER REFERENCES call(id));
            INSERT INTO call VALUES (1, {Ago(40)}), (2, {Ago(40)}), (3, {Ago(40)});
            INSERT INTO callevent VALUES (2);
            """);

        var result = await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")));

        Assert.Equal(2, result.Rows);
        Assert.Equal(2, SampleDatabase.Scalar<long>(_purge.Database, "SELECT id FROM call"));
    }

    [Fact]
    public async Task A_table_without_rowid_is_walked_by_its_primary_key()
    {
        SampleDatabase.Execute(_purge.Database, $"""
            CREATE TABLE call(site TEXT, number INTEGER, startdatetime INTEGER, PRIMARY KEY(site, number DESC)) WITHOUT ROWID;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)
            INSERT INTO call SELECT 'site ''' || (i % 3), i, {_purge.Cutoff.ToUnixTimeSeconds()} + (CASE WHEN i % 2 THEN -1 ELSE 1 END) FROM n;
            """);

        var result = await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), 4));

        Assert.Equal(45, result.Rows);
        Assert.Equal(0, SampleDatabase.Scalar<long>(_purge.Database, "SELECT count(*) FROM call WHERE number % 2"));
    }

    [Fact]
    public async Task Names_stay_names_whatever_is_in_them()
    {
        SampleDatabase.Execute(_purge.Database, """"
            CREATE TABLE "a ""table""; --"(rowid TEXT, "at 'x' ""y""" INTEGER);
            INSERT INTO "a ""table""; --" VALUES ('a', 1000000000), ('b', 1774900000);
            """");
        var category = new RetentionCategory("odd", "a \"table\"; --", "at 'x' \"y\"", TimestampFormat.UnixSeconds, TimeSpan.FromDays(30), null);

        Assert.Equal(1, (await _purge.PurgeAsync(PurgeFixture.Plan(category))).Rows);
    }

    [Theory]
    [InlineData("call", "startdatetime", "there is no table \"call\"")]
    [InlineData("seen", "startdatetime", "\"seen\" is a view")]
    [InlineData("kept", "started", "table \"kept\" has no column \"started\"; columns: id, at")]
    [InlineData("hidden", "rowid", "hide its row id")]
    public async Task A_table_or_column_that_cannot_be_purged_is_named_before_anything_is_deleted(string table, string column, string problem)
    {
        SampleDatabase.Execute(_purge.Database, """
            CREATE TABLE first(at INTEGER);
            INSERT INTO first VALUES (1000000000);
            CREATE TABLE kept(id INTEGER PRIMARY KEY, at INTEGER);
            CREATE VIEW seen AS SELECT id, at AS startdatetime FROM kept;
            CREATE TABLE hidden(rowid, _rowid_, oid);
            """);
        var plan = PurgePlan.Create(
            [PurgeFixture.Category("first", column: "at") with { Name = "a" }, PurgeFixture.Category(table, column: column) with { Name = "b" }], 10, default);

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => _purge.PurgeAsync(plan));

        Assert.Contains(problem, stopped.Message, StringComparison.Ordinal);
        Assert.Contains(_purge.Database, stopped.Message, StringComparison.Ordinal);
        Assert.Equal(0, stopped.DeletedSoFar.Rows);
        Assert.Equal(1, _purge.Count("first"));
    }

    [Fact]
    public async Task A_purge_that_is_cancelled_between_batches_says_what_it_had_deleted()
    {
        _purge.Calls();
        using var cancel = new CancellationTokenSource();
        var run = TestRun.Create(progress: p =>
        {
            if (p.Done == 20)
            {
                cancel.Cancel();
            }
        });

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")), run: run, cancellation: cancel.Token));

        Assert.IsAssignableFrom<OperationCanceledException>(stopped.InnerException);
        Assert.Equal(20, stopped.DeletedSoFar.Rows);
        Assert.Equal(80, _purge.Count());
    }

    [Fact]
    public async Task A_file_that_takes_the_place_of_the_database_stops_the_purge_before_its_next_batch()
    {
        _purge.Calls(100, "delete");
        var other = _purge.Database + ".other";
        File.Copy(_purge.Database, other);
        var run = TestRun.Create(progress: p =>
        {
            if (p.Done == 20)
            {
                File.Move(_purge.Database, _purge.Database + ".away");
                File.Move(other, _purge.Database);
            }
        });

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")), run: run));

        Assert.IsType<SqliteDatabaseException>(stopped.InnerException);
        Assert.Contains("another file than the one this run opened", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("batch 3 of call", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(20, stopped.DeletedSoFar.Rows);
        Assert.Equal(100, _purge.Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_that_is_gone_when_its_last_rows_were_looked_at_is_not_called_done(bool dryRun)
    {
        _purge.Calls(100, "delete");
        var run = TestRun.Create(progress: p =>
        {
            if (p.Done == 50)
            {
                File.Move(_purge.Database, _purge.Database + ".away");
            }
        });

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")), dryRun, run: run));

        Assert.Contains("another file than the one this run opened, or gone", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CREATE TABLE gone(id); CREATE TRIGGER note AFTER DELETE ON call BEGIN INSERT INTO gone VALUES (old.id); END;")]
    [InlineData("ALTER TABLE call ADD COLUMN transferred_from REFERENCES call(id);")]
    public async Task The_pause_between_batches_is_kept_by_the_given_clock(string more)
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, more);
        var left = new List<long>();
        var clock = new PassingClock(_purge.Time.Start, () => left.Add(_purge.Count()));
        var plan = PurgeFixture.Plan(PurgeFixture.Category("call"), 20, TimeSpan.FromSeconds(30));

        var result = await new SqlitePurger(new SqliteOptions(_purge.Database), clock).PurgeAsync(plan, dryRun: false, TestRun.Create(), default);

        Assert.Equal(50, result.Rows);
        Assert.Equal([80, 60], left);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task A_row_that_was_dated_anew_after_it_was_read_is_kept(int spread)
    {
        // Rows 1 and 3 are old, close together or far apart.
        _purge.Calls(4);
        SampleDatabase.Execute(_purge.Database, $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {spread})
            INSERT INTO call SELECT 10 + i, 4000000000, '' FROM n;
            UPDATE call SET id = {spread * 20} WHERE id = 3;
            """);
        using var writer = SampleDatabase.Open(_purge.Database);
        Execute(writer, "BEGIN IMMEDIATE");
        var purging = _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")), busy: TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<TimeoutException>(() => purging.WaitAsync(TimeSpan.FromMilliseconds(400)));
        Execute(writer, "UPDATE call SET startdatetime = 4000000000 WHERE id = 1; COMMIT");

        Assert.Equal(1, (await purging).Rows);
        Assert.Equal(1, SampleDatabase.Scalar<long>(_purge.Database, "SELECT id FROM call ORDER BY id LIMIT 1"));
    }

    [Fact]
    public async Task Statistics_are_refreshed_of_tables_that_shrank()
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, "CREATE INDEX call_payload ON call(payload); ANALYZE; CREATE TABLE other(at INTEGER)");

        await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")));

        Assert.StartsWith("50 ", SampleDatabase.Scalar<string>(_purge.Database, "SELECT stat FROM sqlite_stat1 WHERE tbl = 'call'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_database_stops_the_purge_with_its_name()
    {
        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"))));

        Assert.Contains(_purge.Database, stopped.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_purge.Database));
    }

    private static void Execute(Microsoft.Data.Sqlite.SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Ago(int days) => (_purge.Time.Start - TimeSpan.FromDays(days)).ToUnixTimeSeconds();

    /// <summary>A clock on which the pause of 30 s has passed at once.</summary>
    private sealed class PassingClock(DateTimeOffset start, Action paused) : FakeTimeProvider(start)
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == TimeSpan.FromSeconds(30))
            {
                paused();
                Advance(dueTime);
            }

            return timer;
        }
    }
}
