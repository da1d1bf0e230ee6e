using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>What is old in each format; the cutoff is noon of 2026-03-01 UTC.</summary>
public sealed class TimestampFormatTests : IDisposable
{
    private readonly PurgeFixture _purge = new();

    public void Dispose() => _purge.Dispose();

    [Theory]
    [InlineData(TimestampFormat.UnixSeconds, "INTEGER", "1772366399", "1772366400")]
    [InlineData(TimestampFormat.UnixSeconds, "REAL", "1772366399.5", "1772366400.25")]
    [InlineData(TimestampFormat.UnixSeconds, "", "1772366399", "1772366401")]
    [InlineData(TimestampFormat.UnixSeconds, "TEXT", "'999999999'", "'1772366400'")]
    [InlineData(TimestampFormat.UnixMilliseconds, "INTEGER", "1772366399999", "1772366400000")]
    [InlineData(TimestampFormat.Iso8601, "TEXT", "'2026-03-01T11:59:59.999Z'", "'2026-03-01T12:00:00Z'")]
    [InlineData(TimestampFormat.Iso8601, "TEXT", "'2026-02-28T23:00:00Z'", "'2026-03-01T12:00:00.500Z'")]
    [InlineData(TimestampFormat.Native, "DATETIME", "'2026-03-01 11:59:59'", "'2026-03-01 12:00:00'")]
    [InlineData(TimestampFormat.Native, "DATETIME", "datetime(1772366399, 'unixepoch')", "datetime(1772366400, 'unixepoch')")]
    [InlineData(TimestampFormat.Native, "DATE", "'2026-03-01'", "'2026-03-02'")]
    public async Task What_is_dated_before_the_cutoff_goes_and_the_rest_stays(TimestampFormat format, string type, string old, string kept)
    {
        SampleDatabase.Execute(_purge.Database, $"CREATE TABLE call(what TEXT, at {type}); INSERT INTO call VALUES ('old', {old}), ('kept', {kept});");

        var result = await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call", format, column: "at")));

        Assert.Equal(["kept"], SampleDatabase.Column(_purge.Database, "SELECT what FROM call"));
        Assert.Equal(1, result.Rows);
    }

    [Theory]
    [InlineData(TimestampFormat.UnixSeconds, "NULL")]
    [InlineData(TimestampFormat.UnixSeconds, "''")]
    [InlineData(TimestampFormat.UnixSeconds, "0")]
    [InlineData(TimestampFormat.UnixSeconds, "-1")]
    [InlineData(TimestampFormat.UnixSeconds, "631151999")]
    [InlineData(TimestampFormat.UnixSeconds, "9e999")]
    [InlineData(TimestampFormat.UnixSeconds, "-9e999")]
    [InlineData(TimestampFormat.UnixSeconds, "'1.2.3'")]
    [InlineData(TimestampFormat.UnixSeconds, "'.5'")]
    [InlineData(TimestampFormat.UnixSeconds, "' 1000000000'")]
    [InlineData(TimestampFormat.UnixSeconds, "'1000000000 '")]
    [InlineData(TimestampFormat.UnixSeconds, "'1e9'")]
    [InlineData(TimestampFormat.UnixSeconds, "'nan'")]
    [InlineData(TimestampFormat.UnixSeconds, "'2026.02'")]
    [InlineData(TimestampFormat.UnixSeconds, "'20260228'")]
    [InlineData(TimestampFormat.UnixSeconds, "'2001-01-01'")]
    [InlineData(TimestampFormat.UnixSeconds, "CAST('1000000000' AS BLOB)")]
    [InlineData(TimestampFormat.UnixSeconds, "1772300000000")]
    [InlineData(TimestampFormat.UnixMilliseconds, "1772300000")]
    [InlineData(TimestampFormat.UnixMilliseconds, "'-'")]
    [InlineData(TimestampFormat.Iso8601, "NULL")]
    [InlineData(TimestampFormat.Iso8601, "''")]
    [InlineData(TimestampFormat.Iso8601, "12")]
    [InlineData(TimestampFormat.Iso8601, "1000000000")]
    [InlineData(TimestampFormat.Iso8601, "2461000.5")]
    [InlineData(TimestampFormat.Iso8601, "'2026.02.28'")]
    [InlineData(TimestampFormat.Iso8601, "'20260228'")]
    [InlineData(TimestampFormat.Iso8601, "'20260228T120000Z'")]
    [InlineData(TimestampFormat.Iso8601, "'1.2.3'")]
    [InlineData(TimestampFormat.Iso8601, "' 2026-02-01T00:00:00Z'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-01T00:00:00Z '")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-01  00:00:00'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-01T'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-30T00:00:00Z'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-01T25:00:00Z'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-01T00:00:00+99:00'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-01T00:00:00.Z'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-01T00:00:00 PST'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-02-01' || char(0) || 'x'")]
    [InlineData(TimestampFormat.Iso8601, "'0000-00-00 00:00:00'")]
    [InlineData(TimestampFormat.Iso8601, "'1970-01-01T00:00:00Z'")]
    [InlineData(TimestampFormat.Iso8601, "'1989-12-31T23:59:59Z'")]
    [InlineData(TimestampFormat.Iso8601, "'2026-04-01T12:00:01Z'")]
    [InlineData(TimestampFormat.Iso8601, "'9999-12-31T00:00:00Z'")]
    [InlineData(TimestampFormat.Native, "'(unknown)'")]
    [InlineData(TimestampFormat.Native, "1000000000")]
    [InlineData(TimestampFormat.Native, "2461000")]
    [InlineData(TimestampFormat.Native, "0.5")]
    public async Task What_cannot_be_dated_is_kept_and_counted(TimestampFormat format, string value)
    {
        SampleDatabase.Execute(_purge.Database, $"CREATE TABLE call(at); INSERT INTO call VALUES ({value}), ({Young(format)});");
        var plan = PurgeFixture.Plan(PurgeFixture.Category("call", format, column: "at"));

        var foretold = await _purge.PurgeAsync(plan, dryRun: true);
        var result = await _purge.PurgeAsync(plan);

        Assert.Equal((0L, 1L), (result.Rows, result.Categories[0].Undatable));
        Assert.Equal((0L, 1L), (foretold.Rows, foretold.Categories[0].Undatable));
        Assert.Equal(2, _purge.Count());
    }

    [Theory]
    [InlineData("'2026-03-01T02:00:00-10:00'", "'2026-03-01T01:59:59-10:00'")]
    [InlineData("'2026-03-01T21:00:00+09:00'", "'2026-03-01T20:59:59+0900'")]
    [InlineData("'2026-03-01 12:00:00'", "'2026-03-01 11:59:59'")]
    [InlineData("'2026-03-01 12:00'", "'2026-03-01 11:59'")]
    [InlineData("'2026-03-01T12:00:00.001Z'", "'2026-03-01t11:59:59,999z'")]
    [InlineData("'2026-03-01T17:30:00+05:30'", "'2026-03-01T17:29:00+05:30'")]
    public async Task Text_is_compared_as_the_moment_that_it_names(string young, string old)
    {
        foreach (var format in new[] { TimestampFormat.Iso8601, TimestampFormat.Native })
        {
            SampleDatabase.Execute(_purge.Database, $"DROP TABLE IF EXISTS call; CREATE TABLE call(what, at); INSERT INTO call VALUES ('young', {young}), ('old', {old});");

            var result = await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call", format, column: "at")));

            Assert.Equal(["young"], SampleDatabase.Column(_purge.Database, "SELECT what FROM call"));
            Assert.Equal(0, result.Categories[0].Undatable);
        }
    }

    [Fact]
    public async Task Julian_days_are_native()
    {
        SampleDatabase.Execute(_purge.Database, "CREATE TABLE call(what, at); INSERT INTO call VALUES ('young', julianday('2026-03-01 12:00:00')), ('old', julianday('2026-03-01 11:59:59'))");

        await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call", TimestampFormat.Native, column: "at")));

        Assert.Equal(["young"], SampleDatabase.Column(_purge.Database, "SELECT what FROM call"));
    }

    [Theory]
    [InlineData(TimestampFormat.UnixSeconds, "1772300000000", "holds 1772300000000, which seems to be unix-milliseconds; set timestamp-format = unix-milliseconds")]
    [InlineData(TimestampFormat.UnixMilliseconds, "1772300000", "holds 1772300000, which seems to be unix-seconds")]
    [InlineData(TimestampFormat.UnixSeconds, "'2026-02-28 12:00:00'", "holds '2026-02-28 12:00:00', which seems to be iso8601")]
    [InlineData(TimestampFormat.Iso8601, "2461000.5", "holds 2461000.5, which seems to be native")]
    [InlineData(TimestampFormat.Iso8601, "'it''s ' || char(10) || 'x'", "holds 'it's \uFFFDx'; allowed: times from 1990")]
    [InlineData(TimestampFormat.Iso8601, "NULL", "all are NULL")]
    public async Task A_category_none_of_whose_rows_can_be_dated_fails_and_shows_what_it_holds(TimestampFormat format, string value, string said)
    {
        SampleDatabase.Execute(_purge.Database, $"CREATE TABLE call(at); INSERT INTO call VALUES ({value}), ({value});");
        foreach (var dryRun in new[] { true, false })
        {
            var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
                () => _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call", format, column: "at")), dryRun));

            Assert.Contains(said, stopped.Message, StringComparison.Ordinal);
            Assert.Equal(2, stopped.DeletedSoFar.Categories[0].Undatable);
            Assert.Equal(2, _purge.Count());
        }
    }

    [Fact]
    public async Task Three_of_the_values_are_shown_and_cut()
    {
        SampleDatabase.Execute(_purge.Database, "CREATE TABLE call(at); INSERT INTO call VALUES ('a'), ('a'), ('b'), (printf('%.*c', 500, 'c')), ('d')");

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call", TimestampFormat.Iso8601, column: "at"))));

        Assert.Contains($"holds 'a', 'b', '{new string('c', 39)}…';", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_category_that_cannot_be_dated_keeps_its_parents_and_no_others()
    {
        SampleDatabase.Execute(_purge.Database, """
            CREATE TABLE call(at); INSERT INTO call VALUES (1000000000), (1774900000);
            CREATE TABLE callevent(at); INSERT INTO callevent VALUES (1000000000000);
            CREATE TABLE agent(at); INSERT INTO agent VALUES (1000000000), (1774900000);
            """);
        var plan = PurgePlan.Create(
            [
                PurgeFixture.Category("call", column: "at"),
                PurgeFixture.Category("callevent", column: "at", parent: "call"),
                PurgeFixture.Category("agent", column: "at"),
            ],
            10,
            TimeSpan.Zero);

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => _purge.PurgeAsync(plan));

        Assert.Contains("no row of category \"callevent\"", stopped.Message, StringComparison.Ordinal);
        Assert.Equal((2, 1, 1), (_purge.Count(), _purge.Count("callevent"), _purge.Count("agent")));
    }

    private static string Young(TimestampFormat format) => format switch
    {
        TimestampFormat.UnixSeconds => "1774900000",
        TimestampFormat.UnixMilliseconds => "1774900000000",
        _ => "'2026-03-30 20:00:00'",
    };
}
