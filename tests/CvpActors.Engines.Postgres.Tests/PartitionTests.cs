using CvpActors.Domain.Purges;
using CvpActors.Engines.Postgres.Purge;
using CvpActors.Testing;
using Npgsql;

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>Tables that are partitioned by time.</summary>
[Collection(ServerCollection.Name)]
public sealed class PartitionTests(ServerFixture server)
{
    /// <summary>Five days, 24 rows each; the retention ends at noon of the third.</summary>
    internal const string Partitioned = """
        CREATE TABLE event(id bigserial, at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
        CREATE TABLE event_20260529 PARTITION OF event FOR VALUES FROM ('2026-05-29 00:00+00') TO ('2026-05-30 00:00+00');
        CREATE TABLE event_20260530 PARTITION OF event FOR VALUES FROM ('2026-05-30 00:00+00') TO ('2026-05-31 00:00+00');
        CREATE TABLE event_20260531 PARTITION OF event FOR VALUES FROM ('2026-05-31 00:00+00') TO ('2026-06-01 00:00+00');
        CREATE TABLE event_20260601 PARTITION OF event FOR VALUES FROM ('2026-06-01 00:00+00') TO ('2026-06-02 00:00+00');
        CREATE TABLE event_20260602 PARTITION OF event FOR VALUES FROM ('2026-06-02 00:00+00') TO ('2026-06-03 00:00+00');
        CREATE INDEX ON event(at);
        INSERT INTO event(at, note) SELECT t, 'x' FROM generate_series(timestamptz '2026-05-29 00:00+00', timestamptz '2026-06-02 23:00+00', interval '1 h') t;
        """;

    private const string Partitions = "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass ORDER BY 1";

    private static readonly PurgePlan Plan = Purging.Plan(Purging.Category("event"));

    [Fact]
    public async Task Whole_partitions_are_dropped_and_the_rows_of_the_boundary_are_deleted()
    {
        var database = server.Create(Partitioned);

        var result = await database.PurgeAsForetoldAsync(Plan);

        Assert.Equal(24 + 24 + 12, result.Rows);
        Assert.Equal(["event_20260531", "event_20260601", "event_20260602"], database.Column(Partitions));
        Assert.Equal(60, database.Scalar<long>("SELECT count(*) FROM event"));
        Assert.Equal(0, database.Scalar<long>("SELECT count(*) FROM pg_class WHERE relname IN ('event_20260529', 'event_20260530')"));
    }

    [Fact]
    public async Task Beside_a_default_partition_they_are_dropped_too()
    {
        var database = server.Create(Partitioned + "CREATE TABLE event_rest PARTITION OF event DEFAULT; INSERT INTO event(at) VALUES ('infinity'), ('1970-01-01'), ('2026-04-01')");

        var result = await database.PurgeAsForetoldAsync(Plan);

        Assert.Equal(61, result.Rows);
        Assert.Equal(2, result.Of("event").Undatable);
        Assert.Equal(["event_20260531", "event_20260601", "event_20260602", "event_rest"], database.Column(Partitions));
    }

    [Fact]
    public async Task A_partition_with_rows_of_before_1990_is_not_dropped()
    {
        var database = server.Create(Partitioned + "CREATE TABLE event_first PARTITION OF event FOR VALUES FROM (MINVALUE) TO ('2026-05-29 00:00+00'); INSERT INTO event(at) VALUES ('1970-01-01'), ('2026-05-01')");

        var result = await database.PurgeAsForetoldAsync(Plan);

        Assert.Equal(61, result.Rows);
        Assert.Equal(["1970-01-01"], database.Column("SELECT at::date::text FROM event_first"));
    }

    [Fact]
    public async Task A_table_that_others_refer_to_loses_its_partitions_when_they_are_empty()
    {
        var database = server.Create(Partitioned + """
            ALTER TABLE event ADD PRIMARY KEY (id, at);
            CREATE TABLE detail(event_id bigint, at timestamptz, FOREIGN KEY (event_id, at) REFERENCES event(id, at));
            INSERT INTO detail SELECT id, at FROM event WHERE at = '2026-05-29 05:00+00';
            """);

        var result = await database.PurgeAsForetoldAsync(Plan);

        Assert.Equal(59, result.Rows);
        Assert.Equal([new KeptRows("detail(event_id, at)", 1)], result.Of("event").Kept!.Value.ToArray());
        Assert.Equal(["event_20260529", "event_20260531", "event_20260601", "event_20260602"], database.Column(Partitions));
    }

    [Fact]
    public async Task A_trigger_is_asked_about_rows_of_a_partition_as_about_others()
    {
        var database = server.Create(Partitioned + """
            CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.at = '2026-05-29 05:00+00' THEN RAISE 'under litigation'; END IF; RETURN OLD; END $$;
            CREATE TRIGGER guard BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION guard();
            """);

        var result = await database.PurgeAsync(Plan);

        Assert.Equal(59, result.Rows);
        Assert.Equal([new KeptRows("under litigation", 1)], result.Of("event").Kept!.Value.ToArray());
    }

    [Fact]
    public async Task A_long_reader_keeps_neither_the_purge_nor_writers_waiting_and_sees_what_it_saw()
    {
        var database = server.Create(Partitioned);
        await using (var reader = database.Open())
        {
            Run(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM event");

            var purged = await database.PurgeAsync(Plan);

            // One is detached and waits for the reader; the next one's rows are deleted in batches instead.
            Assert.Contains(purged.Of("event").Kept!.Value, kept => kept.Reason.Contains("will be dropped when those have ended", StringComparison.Ordinal));
            Assert.Equal(60, database.Scalar<long>("SELECT count(*) FROM event"));
            database.Execute("SET lock_timeout = '2s'; INSERT INTO event(at) VALUES ('2026-06-01 00:30+00')");
            using var count = new NpgsqlCommand("SELECT count(*) FROM event", reader);
            Assert.Equal(120L, count.ExecuteScalar());
        }

        await database.PurgeAsync(Plan);

        Assert.Equal(["event_20260531", "event_20260601", "event_20260602"], database.Column(Partitions));
        Assert.Equal(0, database.Scalar<long>("SELECT count(*) FROM pg_class WHERE relname LIKE 'event_2026052%'"));
    }

    [Fact]
    public async Task What_a_killed_run_has_left_is_ended_by_the_next()
    {
        var database = server.Create(Partitioned);
        var oid = database.Scalar<uint>("SELECT 'event'::regclass::oid");
        foreach (var partition in new[] { "event_20260529", "event_20260530" })
        {
            database.Execute($"COMMENT ON TABLE {partition} IS 'cvp-actors: detached from {oid} to be dropped, its rows are purged'");
        }

        // One killed behind the detaching, one between its two steps.
        database.Execute("ALTER TABLE event DETACH PARTITION event_20260529");
        database.Execute("UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'event_20260530'::regclass");

        var result = await database.PurgeAsync(Plan);

        Assert.Equal(60, result.Rows);
        Assert.Equal(["event_20260531", "event_20260601", "event_20260602"], database.Column(Partitions));
        Assert.Equal(0, database.Scalar<long>("SELECT count(*) FROM pg_class WHERE relname IN ('event_20260529', 'event_20260530')"));
    }

    [Fact]
    public async Task What_bears_the_mark_and_has_young_rows_is_not_dropped()
    {
        var database = server.Create(Partitioned);
        var oid = database.Scalar<uint>("SELECT 'event'::regclass::oid");
        database.Execute($"CREATE TABLE other(LIKE event); INSERT INTO other VALUES (1, '2026-06-20'); COMMENT ON TABLE other IS 'cvp-actors: detached from {oid} to be dropped, its rows are purged'");

        var stopped = await Assert.ThrowsAsync<Domain.Ports.PurgeStoppedException>(() => database.PurgeAsync(Plan));

        Assert.Contains("1 rows that may not go", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(1, database.Scalar<long>("SELECT count(*) FROM other"));
    }

    [Fact]
    public async Task Partitions_by_another_column_are_left_and_their_rows_deleted()
    {
        var database = server.Create("""
            CREATE TABLE event(id int, at timestamptz) PARTITION BY HASH (id);
            CREATE TABLE event_0 PARTITION OF event FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE event_1 PARTITION OF event FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            INSERT INTO event SELECT i, timestamptz '2026-06-30 12:00+00' - i * interval '1 d' FROM generate_series(1, 60) i;
            """);

        Assert.Equal(30, (await database.PurgeAsForetoldAsync(Plan)).Rows);
        Assert.Equal(["event_0", "event_1"], database.Column(Partitions));
    }

    [Fact]
    public async Task Partitions_are_made_ahead_when_that_is_configured()
    {
        var database = server.Create(Partitioned + "CREATE TABLE event_20260629 PARTITION OF event FOR VALUES FROM ('2026-06-29 00:00+00') TO ('2026-06-30 00:00+00')");

        await database.PurgeAsync(Plan);
        Assert.Equal("event_20260629", database.Column(Partitions)[^1]);
        await database.Purger(TimeSpan.FromDays(2)).PurgeAsync(Plan, dryRun: false, TestRun.Create(), CancellationToken.None);

        Assert.Equal(["event_20260629", "event_20260630", "event_20260701", "event_20260702"], database.Column(Partitions)[^4..]);
        database.Execute("INSERT INTO event(at) VALUES ('2026-07-02 23:59:59+00')");
    }

    [Theory]
    [InlineData("event_20260131", "2026-01-31", "2026-02-01", 1, "event_20260201")]
    [InlineData("event_p2026_01_31", "2026-01-31", "2026-02-01", 1, "event_p2026_02_01")]
    [InlineData("event_2026_01", "2026-01-01", "2026-02-01", 28, "event_2026_02")]
    [InlineData("event_2026", "2026-01-01", "2027-01-01", 365, "event_2027")]
    [InlineData("event_a", "2026-01-31", "2026-02-01", 1, "event_p20260201")]
    [InlineData("event_202601", "2026-01-31", "2026-02-01", 1, "event_p20260201")]
    public void The_next_partition_is_named_as_the_last(string name, string from, string next, int days, string expected) =>
        Assert.Equal(expected, PartitionsAhead.Renamed(name, "event", Day(from), Day(next), TimeSpan.FromDays(days)));

    [Theory]
    [InlineData("2026-01-01", "2026-02-01", "2026-03-01")]
    [InlineData("2026-01-30", "2026-01-31", "2026-02-01")]
    [InlineData("2024-01-01", "2025-01-01", "2026-01-01")]
    public void The_next_partition_is_as_long_as_the_last(string from, string to, string expected) => Assert.Equal(Day(expected), PartitionsAhead.Following(Day(from), Day(to)));

    private static DateTimeOffset Day(string text) => DateTimeOffset.Parse(text + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
