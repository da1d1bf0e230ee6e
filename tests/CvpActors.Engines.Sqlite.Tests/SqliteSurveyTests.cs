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

    [Theory]
    [InlineData("NULL")]
    [InlineData("0")]
    [InlineData("1772366400000")]
    [InlineData("253402300799")]
    [InlineData("4102444800")]
    public async Task A_row_whose_date_is_not_believed_is_neither_newest_nor_a_sign_that_the_others_are_read_rightly(string placeholder)
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, $"DELETE FROM call WHERE id % 2 = 0; INSERT INTO call VALUES (1000, {placeholder}, '')");

        var survey = await SurveyAsync();

        Assert.True(survey.WouldBeEmptied);
        Assert.Equal((_purge.Cutoff.AddSeconds(-1), _purge.Cutoff.AddSeconds(-99)), (survey.Newest, survey.Oldest));
    }

    [Fact]
    public async Task A_table_of_such_rows_only_is_not_emptied_since_none_of_them_goes()
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, "UPDATE call SET startdatetime = 253402300799");

        Assert.Equal(new CategorySurvey("call", _purge.Cutoff, false, false, null, null, true), await SurveyAsync());
    }

    [Fact]
    public async Task More_rows_of_the_year_9999_than_are_looked_at_hide_neither_the_newest_row_nor_an_old_one()
    {
        _purge.Calls(50_000);
        SampleDatabase.Execute(_purge.Database, $"""
            UPDATE call SET startdatetime = 253402300799;
            UPDATE call SET startdatetime = {_purge.Cutoff.ToUnixTimeSeconds()} - 7 WHERE id = 25000;
            CREATE INDEX call_start ON call(startdatetime);
            """);

        var survey = await SurveyAsync();

        Assert.True(survey.WouldBeEmptied);
        Assert.Equal(_purge.Cutoff.AddSeconds(-7), survey.Newest);
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
