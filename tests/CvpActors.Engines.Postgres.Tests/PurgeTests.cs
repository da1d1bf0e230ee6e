using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Testing;
using Npgsql;

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>Which rows go and which stay, beside others who read and write.</summary>
[Collection(ServerCollection.Name)]
public sealed class PurgeTests(ServerFixture server)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Children_go_before_their_parents_and_a_parent_whose_child_stays_stays_with_its_reason()
    {
        var database = server.Create(Purging.ParentAndChild + "UPDATE callevent SET at = '2026-06-29' WHERE call_id = 100");

        var result = await database.PurgeAsForetoldAsync(Purging.ParentAndChildPlan);

        Assert.Equal(59, result.Of("callevent").Rows);
        Assert.Equal(59, result.Of("call").Rows);
        Assert.Equal([new KeptRows("callevent(call_id)", 1)], result.Of("call").Kept!.Value.ToArray());
        Assert.Equal(1, database.Scalar<long>("SELECT count(*) FROM call WHERE id = 100"));
    }

    [Fact]
    public async Task A_young_child_keeps_its_parent_though_its_key_would_cascade_unless_that_is_allowed()
    {
        var database = server.Create("""
            CREATE TABLE call(id int PRIMARY KEY, at timestamptz); CREATE TABLE note(call_id int REFERENCES call ON DELETE CASCADE);
            INSERT INTO call VALUES (1, '2026-01-01'), (2, '2026-01-01'), (3, '2026-06-30'); INSERT INTO note VALUES (1), (1), (3);
            """);

        var kept = await database.PurgeAsForetoldAsync(Purging.Plan(Purging.Category("call")));
        Assert.Equal((1, 3), (kept.Rows, database.Scalar<long>("SELECT count(*) FROM note")));
        Assert.Equal([new KeptRows("note(call_id)", 1)], kept.Of("call").Kept!.Value.ToArray());

        var cascaded = await database.PurgeAsync(Purging.Plan(Purging.Category("call", cascade: true)));
        Assert.Equal((1, 2L, 1), (cascaded.Rows, cascaded.Of("call").Cascaded, database.Scalar<long>("SELECT count(*) FROM note")));
    }

    [Fact]
    public async Task A_child_that_is_being_inserted_keeps_its_parent_and_nobody_waits()
    {
        var database = server.Create("""
            CREATE TABLE call(id int PRIMARY KEY, at timestamptz); CREATE TABLE note(call_id int REFERENCES call ON DELETE CASCADE);
            INSERT INTO call SELECT i, '2026-01-01' FROM generate_series(1, 10) i;
            """);
        await using var writer = database.Open();
        await using var transaction = await writer.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("INSERT INTO note VALUES (5)", writer, transaction))
        {
            await insert.ExecuteNonQueryAsync();
        }

        var beside = await database.PurgeAsync(Purging.Plan(Purging.Category("call")));
        await transaction.CommitAsync();
        var after = await database.PurgeAsync(Purging.Plan(Purging.Category("call")));

        Assert.Equal((9, 0), (beside.Rows, after.Rows));
        Assert.Equal([new KeptRows("somebody has them locked, or a trigger keeps them", 1)], beside.Of("call").Kept!.Value.ToArray());
        Assert.Equal([new KeptRows("note(call_id)", 1)], after.Of("call").Kept!.Value.ToArray());
        Assert.Equal(1, database.Scalar<long>("SELECT count(*) FROM note"));
    }

    [Fact]
    public async Task Children_that_come_while_parents_go_are_never_lost()
    {
        var database = server.Create("""
            CREATE TABLE call(id int PRIMARY KEY, at timestamptz); CREATE TABLE note(id serial, call_id int REFERENCES call ON DELETE CASCADE); CREATE INDEX ON note(call_id);
            INSERT INTO call SELECT i, '2026-01-01' FROM generate_series(1, 20000) i;
            """);
        using var stop = new CancellationTokenSource();
        var inserted = 0;
        var inserting = Task.Run(async () =>
        {
            await using var connection = database.Open();
            for (var i = 1; !stop.IsCancellationRequested; i = (i + 7919) % 20000 + 1)
            {
                try
                {
                    await using var insert = new NpgsqlCommand($"INSERT INTO note(call_id) VALUES ({i})", connection);
                    await insert.ExecuteNonQueryAsync();
                    Interlocked.Increment(ref inserted);
                }
                catch (PostgresException e) when (e.SqlState == "23503")
                {
                    // Its parent has gone before.
                }
            }
        });
        await Poll.UntilAsync(() => Volatile.Read(ref inserted) > 50, Soon);

        var result = await database.PurgeAsync(PurgePlan.Create([Purging.Category("call")], 200, TimeSpan.Zero));
        await stop.CancelAsync();
        await inserting;

        Assert.Equal(inserted, database.Scalar<long>("SELECT count(*) FROM note"));
        Assert.Equal(20000 - result.Rows, database.Scalar<long>("SELECT count(*) FROM call"));
        Assert.InRange(result.Rows, 1, 20000 - 1);
    }

    [Fact]
    public async Task Chains_and_circles_of_old_rows_go_and_what_a_young_row_holds_stays()
    {
        var database = server.Create("""
            CREATE TABLE call(id int PRIMARY KEY, transferred_from int REFERENCES call, at timestamptz); CREATE INDEX ON call(transferred_from);
            INSERT INTO call SELECT i, nullif(i - 1, 0), '2026-01-01' FROM generate_series(1, 50) i;
            INSERT INTO call VALUES (101, NULL, '2026-01-01'), (102, 101, '2026-01-01'), (103, 102, '2026-06-30');
            INSERT INTO call VALUES (201, NULL, '2026-01-01'), (202, 201, '2026-01-01'); UPDATE call SET transferred_from = 202 WHERE id = 201;
            """);

        var result = await database.PurgeAsForetoldAsync(Purging.Plan(Purging.Category("call")));

        Assert.Equal(52, result.Rows);
        Assert.Equal([new KeptRows("call(transferred_from)", 2)], result.Of("call").Kept!.Value.ToArray());
        Assert.Equal(["101", "102", "103"], database.Column("SELECT id FROM call ORDER BY 1"));
    }

    [Fact]
    public async Task Rows_that_cannot_be_dated_stay_and_are_counted()
    {
        var database = server.Create("""
            CREATE TABLE call(id int, at timestamp);
            INSERT INTO call VALUES (1, NULL), (2, 'infinity'), (3, '-infinity'), (4, '1970-01-01'), (5, '1989-12-31 23:59:59'), (6, '9999-12-31'), (7, '2026-07-02'),
              (8, '1990-01-01'), (9, '2026-05-31 11:59:59.999'), (10, '2026-05-31 12:00'), (11, '2026-07-01 11:00');
            """);

        var result = await database.PurgeAsForetoldAsync(Purging.Plan(Purging.Category("call")));

        Assert.Equal((2, 7L), (result.Rows, result.Of("call").Undatable));
        Assert.DoesNotContain("8", database.Column("SELECT id FROM call"));
        Assert.DoesNotContain("9", database.Column("SELECT id FROM call"));
    }

    [Theory]
    [InlineData("int", TimestampFormat.UnixSeconds, "1767225600", "1780228800")]
    [InlineData("bigint", TimestampFormat.UnixMilliseconds, "1780228799999", "1780228800000")]
    [InlineData("numeric", TimestampFormat.UnixSeconds, "1780228799.999", "1780228800")]
    [InlineData("float8", TimestampFormat.UnixSeconds, "1780228799.5", "1780228800")]
    [InlineData("date", TimestampFormat.Native, "'2026-05-31'", "'2026-06-01'")]
    [InlineData("timestamptz", TimestampFormat.Native, "'2026-05-31 13:59:59+02'", "'2026-05-31 14:00:00+02'")]
    [InlineData("text", TimestampFormat.Iso8601, "'2026-05-31T13:59:59,9+02'", "'2026-05-31 12:00Z'")]
    [InlineData("varchar(40)", TimestampFormat.Iso8601, "'2026-02-28'", "'2026-02-30'")]
    [InlineData("text", TimestampFormat.Iso8601, "'2024-02-29t00:00:00.123456z'", "'2026-05-31 24:00'")]
    public async Task Each_type_is_dated_to_the_edge_of_the_retention(string type, TimestampFormat format, string old, string stays)
    {
        foreach (var index in new[] { "", "CREATE INDEX ON call(at)" })
        {
            var database = server.Create($"CREATE TABLE call(at {type}); INSERT INTO call VALUES ({old}), ({stays}); {index}");

            Assert.Equal(1, (await database.PurgeAsForetoldAsync(Purging.Plan(Purging.Category("call", format: format)))).Rows);
            Assert.Equal(1, database.Scalar<long>($"SELECT count(*) FROM call WHERE at = {stays}"));
        }
    }

    [Fact]
    public async Task A_category_whose_rows_cannot_be_dated_at_all_fails_shows_what_it_has_and_leaves_its_parents()
    {
        var database = server.Create("CREATE TABLE call(id int, at timestamptz); CREATE TABLE callevent(at bigint); INSERT INTO call VALUES (1, '2026-01-01'); INSERT INTO callevent VALUES (1767225600000)");

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => database.PurgeAsync(Purging.Plan(Purging.Category("call"), Purging.Category("callevent", format: TimestampFormat.UnixSeconds, parent: "call"))));

        Assert.Contains("1767225600000, which seems to be unix-milliseconds", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(1, database.Scalar<long>("SELECT count(*) FROM call"));
    }

    [Theory]
    [InlineData("calls", "at", TimestampFormat.Native, "\"calls\" names the table \"calls\", which is not in")]
    [InlineData("call", "when", TimestampFormat.Native, "dates its rows by \"when\", which the table \"call\" in")]
    [InlineData("call", "at", TimestampFormat.UnixSeconds, "of type timestamptz: that is not read as unix-seconds; allowed for this type: timestamp-format = native")]
    public async Task A_table_or_column_that_is_not_there_is_told_at_the_start(string table, string column, TimestampFormat format, string told)
    {
        var database = server.Create(Purging.ParentAndChild);

        var wrong = await Assert.ThrowsAsync<PurgePlanException>(() => database.Purger().CheckAsync(Purging.Plan(Purging.Category(table, column, format)), CancellationToken.None));
        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => database.PurgeAsync(Purging.Plan(Purging.Category(table, column, format))));

        Assert.Contains(told, wrong.Message, StringComparison.Ordinal);
        Assert.Equal(wrong.Message, stopped.Message);
    }

    [Fact]
    public async Task Names_are_taken_as_they_are_written_with_their_schema_and_folded_where_there_is_no_such()
    {
        var database = server.Create(""""
            CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema"."Call ""x""" ("At" timestamptz); INSERT INTO "My Schema"."Call ""x""" VALUES ('2026-01-01'), (now());
            CREATE TABLE plain(at timestamptz); INSERT INTO plain VALUES ('2026-01-01'), ('2026-06-30');
            """");

        Assert.Equal(1, (await database.PurgeAsync(Purging.Plan(Purging.Category("My Schema.Call \"x\"", "At") with { Name = "a" }))).Rows);
        Assert.Equal(1, (await database.PurgeAsync(Purging.Plan(Purging.Category("PLAIN", "AT") with { Name = "a" }))).Rows);
    }

    [Fact]
    public async Task A_row_that_somebody_has_locked_keeps_nobody_waiting_and_goes_the_next_time()
    {
        var database = server.Create(Purging.ParentAndChild);
        await using var writer = database.Open();
        await using var transaction = await writer.BeginTransactionAsync();
        await using (var update = new NpgsqlCommand("UPDATE callevent SET at = at WHERE id = 90", writer, transaction))
        {
            await update.ExecuteNonQueryAsync();
        }

        var beside = await database.PurgeAsync(Purging.Plan(Purging.Category("callevent")));
        await transaction.CommitAsync();

        Assert.Equal(59, beside.Rows);
        Assert.Equal([new KeptRows("somebody has them locked, or a trigger keeps them", 1)], beside.Of("callevent").Kept!.Value.ToArray());
        Assert.Equal(1, (await database.PurgeAsync(Purging.Plan(Purging.Category("callevent")))).Rows);
    }

    [Fact]
    public async Task A_run_that_is_fenced_in_the_middle_commits_no_more()
    {
        var database = server.Create("CREATE TABLE call(id int, at timestamptz); INSERT INTO call SELECT i, '2026-01-01' FROM generate_series(1, 5000) i");
        var fence = new Fence(1);

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => database.PurgeAsync(Purging.Plan(Purging.Category("call")), run: TestRun.Create(1, fence, _ => fence.Bar(1))));

        Assert.IsType<FencedException>(stopped.InnerException);
        Assert.Equal(5000 - stopped.DeletedSoFar.Rows, database.Scalar<long>("SELECT count(*) FROM call"));
        Assert.InRange(stopped.DeletedSoFar.Rows, 1, 4999);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CREATE INDEX ON call(at)")]
    public async Task What_a_trigger_keeps_without_a_word_keeps_nothing_else(string index)
    {
        var database = server.Create($"""
            CREATE TABLE call(id int, at timestamptz);
            INSERT INTO call SELECT i, timestamptz '2026-01-01' + i * interval '1 min' FROM generate_series(1, 3000) i;
            INSERT INTO call VALUES (0, '{Purging.Now.AddDays(-1):O}');
            CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN CASE WHEN OLD.id BETWEEN 1000 AND 1150 THEN NULL ELSE OLD END; END';
            CREATE TRIGGER keep BEFORE DELETE ON call FOR EACH ROW EXECUTE FUNCTION keep(); {index}
            """);

        var purged = await database.PurgeAsync(PurgePlan.Create([Purging.Category("call")], 100, TimeSpan.Zero));

        Assert.Equal(2849, purged.Rows);
        Assert.Equal(152, database.Scalar<long>("SELECT count(*) FROM call"));
    }

    [Fact]
    public async Task A_young_child_that_row_security_hides_is_not_taken_for_none()
    {
        var database = server.Create($"""
            CREATE ROLE purges LOGIN; CREATE TABLE call(id int PRIMARY KEY, at timestamptz); CREATE TABLE child(call_id int REFERENCES call ON DELETE CASCADE);
            INSERT INTO call VALUES (1, '2026-01-01'), (2, '{Purging.Now.AddDays(-1):O}'); INSERT INTO child VALUES (1);
            GRANT ALL ON call, child TO purges; ALTER TABLE child ENABLE ROW LEVEL SECURITY;
            """);
        var options = new PostgresOptions(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "purges" }.ConnectionString);

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => new PostgresPurger(options, Purging.Clock).PurgeAsync(Purging.Plan(Purging.Category("call")), dryRun: false, TestRun.Create(), CancellationToken.None));

        Assert.Contains("row-level security", stopped.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal(1, database.Scalar<long>("SELECT count(*) FROM child"));
    }

    [Fact]
    public async Task A_server_that_is_killed_ends_the_purge_which_says_what_had_gone_and_the_next_one_goes_on()
    {
        using var own = new PostgresServer();
        var database = new SampleServerDatabase(own.CreateDatabase("killed"), "CREATE TABLE call(id int, at timestamptz); INSERT INTO call SELECT i, '2026-01-01' FROM generate_series(1, 20000) i");
        var killed = 0;

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => database.PurgeAsync(
            Purging.Plan(Purging.Category("call")),
            run: TestRun.Create(progress: _ =>
            {
                if (Interlocked.Exchange(ref killed, 1) == 0)
                {
                    own.Kill();
                }
            })));

        Assert.IsAssignableFrom<ReportingDatabaseException>(stopped.InnerException);
        Assert.True(stopped.DeletedSoFar.Rows > 0);
        own.Start();
        Assert.Equal(database.Scalar<long>("SELECT count(*) FROM call"), (await database.PurgeAsync(Purging.Plan(Purging.Category("call")))).Rows);
    }

    [Fact]
    public async Task A_survey_sees_both_ends_and_whether_anything_stays()
    {
        var database = server.Create(Purging.ParentAndChild + "CREATE TABLE empty(at timestamptz); CREATE TABLE old(at date); INSERT INTO old VALUES ('2026-01-01'), ('2026-01-03'), ('9999-01-01'), (NULL)");

        var survey = await database.Purger().SurveyAsync(Purging.Plan(Purging.Category("call"), Purging.Category("empty"), Purging.Category("old")), Purging.Now, CancellationToken.None);

        var call = survey.Categories.Single(c => c.Category == "call");
        Assert.Equal((true, true, false, true), (call.HasOld, call.RowsStay, call.WouldBeEmptied, call.Complete));
        Assert.Equal((Purging.Now.AddHours(-12), Purging.Now.AddDays(-60)), (call.Newest!.Value, call.Oldest!.Value));
        Assert.False(survey.Categories.Single(c => c.Category == "empty").HasOld);
        var old = survey.Categories.Single(c => c.Category == "old");
        Assert.True(old.WouldBeEmptied);
        Assert.Equal(new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero), old.Newest);
    }

    [Theory]
    [InlineData("CREATE INDEX ON call(at)", true)]
    [InlineData("", false)]
    public async Task A_survey_of_a_large_table_looks_at_its_index_or_its_ends(string index, bool complete)
    {
        var database = server.Create($"CREATE TABLE call(at timestamptz, filler text) WITH (fillfactor = 10); INSERT INTO call SELECT '2026-01-01', repeat('x', 400) FROM generate_series(1, 3000); {index}");
        var old = await SurveyAsync();
        database.Execute("INSERT INTO call VALUES (NULL), ('9999-01-01')");
        var undated = await SurveyAsync();
        database.Execute($"INSERT INTO call VALUES ('{Purging.Now.AddDays(-1):O}')");
        var stays = await SurveyAsync();

        Assert.Equal((true, complete), (old.WouldBeEmptied, old.Complete));
        Assert.True(undated.WouldBeEmptied);
        Assert.False(stays.WouldBeEmptied);

        async Task<CategorySurvey> SurveyAsync() =>
            (await database.Purger().SurveyAsync(Purging.Plan(Purging.Category("call")), Purging.Now, CancellationToken.None)).Categories.Single();
    }
}
