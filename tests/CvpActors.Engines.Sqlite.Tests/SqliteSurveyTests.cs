using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>What a purge would meet; the cutoff is noon of 2026-03-01 UTC.</summary>
public sealed class SqliteSurveyTests : IDisposable
{
    private readonly PurgeFixture _purge = new();

    public void Dispose() => _purge.Dispose();

    [Fact]
    public async Task A_table_of_old_and_young_rows_keeps_some_and_names_its_newest_and_oldest()
    {
        _purge.Calls();

        var survey = await SurveyAsync();

        Assert.Equal(new CategorySurvey("call", _purge.Cutoff, true, true, _purge.Cutoff.AddSeconds(100), _purge.Cutoff.AddSeconds(-99), true), survey);
        Assert.False(survey.WouldBeEmptied);
        Assert.Equal(100, _purge.Count());
    }

    [Fact]
    public async Task An_empty_table_has_no_rows_that_could_go()
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, "DELETE FROM call");

        Assert.Equal(new CategorySurvey("call", _purge.Cutoff, false, false, null, null, true), await SurveyAsync());
    }

    [Fact]
    public async Task A_table_of_old_rows_only_would_be_emptied()
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, "DELETE FROM call WHERE id % 2 = 0");

        Assert.True((await SurveyAsync()).WouldBeEmptied);
    }

    [Fact]
    public async Task A_row_that_cannot_be_dated_stays_and_is_neither_newest_nor_oldest()
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, "DELETE FROM call WHERE id % 2 = 0; INSERT INTO call VALUES (1000, 0, ''), (1001, 1772366400000, ''), (1002, NULL, '')");

        var survey = await SurveyAsync();

        Assert.False(survey.WouldBeEmptied);
        Assert.Equal((_purge.Cutoff.AddSeconds(-1), _purge.Cutoff.AddSeconds(-99)), (survey.Newest, survey.Oldest));
    }

    [Fact]
    public async Task A_row_of_the_future_is_the_newest_as_it_is()
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, "UPDATE call SET startdatetime = 4102444800 WHERE id = 7");

        Assert.Equal(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero), (await SurveyAsync()).Newest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_one_young_row_in_the_middle_of_a_large_table_is_found(bool indexed)
    {
        _purge.Calls(50_000);
        SampleDatabase.Execute(_purge.Database, $"""
            UPDATE call SET startdatetime = {_purge.Cutoff.ToUnixTimeSeconds()} - id;
            UPDATE call SET startdatetime = 1774958400 WHERE id = 25000;
            {(indexed ? "CREATE INDEX call_start ON call(startdatetime)" : "")}
            """);

        var survey = await SurveyAsync();

        Assert.True(survey.RowsStay);
        Assert.Equal(indexed, survey.Complete);
        Assert.Equal(indexed ? _purge.Time.Start : _purge.Cutoff.AddSeconds(-1), survey.Newest);
        SampleDatabase.Execute(_purge.Database, "DELETE FROM call WHERE id = 25000");
        Assert.True((await SurveyAsync()).WouldBeEmptied);
    }

    [Fact]
    public async Task A_missing_table_is_named()
    {
        _purge.Calls();

        var error = await Assert.ThrowsAnyAsync<ReportingDatabaseException>(() => SurveyAsync("calls"));

        Assert.Contains("there is no table \"calls\"", error.Message, StringComparison.Ordinal);
    }

    private async Task<CategorySurvey> SurveyAsync(string table = "call") =>
        Assert.Single((await new SqlitePurger(new SqliteOptions(_purge.Database), _purge.Time)
            .SurveyAsync(PurgeFixture.Plan(PurgeFixture.Category(table)), _purge.Time.Start, CancellationToken.None)).Categories);
}
