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
    [InlineData(TimestampFormat.UnixSeconds, "'2001-01-01'")]
    [InlineData(TimestampFormat.UnixSeconds, "x'00'")]
    [InlineData(TimestampFormat.UnixMilliseconds, "'-'")]
    [InlineData(TimestampFormat.Iso8601, "NULL")]
    [InlineData(TimestampFormat.Iso8601, "''")]
    [InlineData(TimestampFormat.Iso8601, "12")]
    [InlineData(TimestampFormat.Iso8601, "'2001-01-01 12:00:00'")]
    [InlineData(TimestampFormat.Native, "'(unknown)'")]
    [InlineData(TimestampFormat.Native, "1000000000")]
    [InlineData(TimestampFormat.Native, "'2001-01-01T12:00:00Z'")]
    public async Task What_cannot_be_dated_in_the_configured_format_is_kept(TimestampFormat format, string value)
    {
        SampleDatabase.Execute(_purge.Database, $"CREATE TABLE call(at); INSERT INTO call VALUES ({value});");

        var result = await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call", format, column: "at")));

        Assert.Equal(0, result.Rows);
        Assert.Equal(1, _purge.Count());
    }
}
