namespace CvpActors.Engines.Informix.Tests;

/// <summary>What the expression of a fragment proves, and what proves nothing.</summary>
public sealed class FragmentExpressionTests
{
    [Theory]
    [InlineData("(callstartdate = '11/01/2025' )", "2025-11-01", "2025-11-02", "Day")]
    [InlineData("(informix.call.CallStartDate = DATE ('11/01/2025' ) )", "2025-11-01", "2025-11-02", "Day")]
    [InlineData("(callstartdate = MDY (11 , 1 , 2025 ) )", "2025-11-01", "2025-11-02", "Day")]
    [InlineData("((callstartdate >= MDY(11,1,2025)) AND (callstartdate < MDY(11,3,2025)))", "2025-11-01", "2025-11-03", "Range")]
    [InlineData("((callstartdate < '11/02/2025') AND (callstartdate >= '11/01/2025'))", "2025-11-01", "2025-11-02", "Range")]
    [InlineData("(callstartdate >= DATETIME (2025-11-01 00:00:00.000) YEAR TO FRACTION(3) AND callstartdate < DATETIME (2025-11-02) YEAR TO DAY )", "2025-11-01", "2025-11-02", "Range")]
    [InlineData("VALUES >= DATE ('11/01/2025' ) AND VALUES < DATE ('11/02/2025' )", "2025-11-01", "2025-11-02", "Interval")]
    [InlineData("VALUES < DATE ('01/01/2026' )", null, "2026-01-01", "Interval")]
    public void Days_are_read_in_the_forms_that_servers_write(string expression, string? from, string before, string form)
    {
        var fragment = Read(expression)!;

        Assert.Equal((from, before, form), (fragment.From?.ToString("yyyy-MM-dd"), fragment.Before.ToString("yyyy-MM-dd"), fragment.Form.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("remainder")]
    [InlineData("(dbdatetime = '11/01/2025' )")]
    [InlineData("(xcallstartdate = '11/01/2025' )")]
    [InlineData("(callstartdate = '2025-11-01' )")]
    [InlineData("(callstartdate = '13/01/2025' )")]
    [InlineData("(callstartdate = '11/01/2025' OR callstartdate = '11/02/2030' )")]
    [InlineData("(callstartdate >= '11/01/2025' )")]
    [InlineData("(callstartdate <= '11/01/2025' )")]
    [InlineData("(NOT (callstartdate = '11/01/2025' ))")]
    [InlineData("(callstartdate >= '11/03/2025' AND callstartdate < '11/01/2025' )")]
    [InlineData("(callstartdate >= '11/01/2025' AND callstartdate < TODAY )")]
    [InlineData("(callstartdate >= DATETIME (2025-11-01 00:00:00) YEAR TO SECOND AND callstartdate < DATETIME (2025-11-02 12:00:00) YEAR TO SECOND )")]
    [InlineData("(MOD (callstartdate , 7 ) = 3 )")]
    public void Anything_else_proves_nothing(string expression) => Assert.Null(Read(expression));

    [Fact]
    public void The_order_of_day_and_month_is_the_servers()
    {
        var fragment = new FragmentExpression("DMY4.").Read("p", "dbs", "(callstartdate = '01.11.2025' )", "callstartdate")!;

        Assert.Equal(new DateOnly(2025, 11, 1), fragment.From);
        Assert.False(FragmentExpression.IsReadable("MDY2/"));
    }

    private static Fragment? Read(string expression) => new FragmentExpression("MDY4/").Read("p", "dbs", expression, "callstartdate");
}
