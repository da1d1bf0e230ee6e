using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Engines.Informix.Tests.StandIn;
using CvpActors.Testing;

namespace CvpActors.Engines.Informix.Tests;

/// <summary>What a purge takes, by whole fragments and by batches, and what it leaves.</summary>
public sealed class PurgeTests : IDisposable
{
    private readonly StandInServer _server = new();
    private readonly ReportingTables _tables;

    public PurgeTests() => _tables = new ReportingTables(_server);

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("(callstartdate = '{0}' )", false)]
    [InlineData("((callstartdate >= DATE ('{0}' ) ) AND (callstartdate < DATE ('{1}' ) ) )", false)]
    [InlineData("VALUES >= DATE ('{0}' ) AND VALUES < DATE ('{1}' )", true)]
    public async Task Days_that_are_old_go_as_fragments_and_the_days_to_come_get_theirs(string form, bool interval)
    {
        _tables.Fragmented("call", 5, form).Rows("call", 5, 3).Rows("call", 4, 2).Rows("call", 3, 4).Rows("call", 0, 1);

        var result = await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 3)));

        Assert.Equal((5, 0L), (result.Rows, result.Categories[0].Undatable));
        Assert.Equal(SqlDate.Midnight(ReportingTables.Today.AddDays(-3)), result.Categories[0].OlderThan);
        Assert.Equal(5, _tables.Count("call"));
        var detached = _server.SqlLog.Where(sql => sql.Contains("DETACH", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, detached.Count);
        Assert.All(detached, sql => Assert.Equal(interval, sql.StartsWith("ALTER FRAGMENT ONLINE", StringComparison.Ordinal)));
        Assert.Equal(0, _server.Number("SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'cvp_purged%'"));
        Assert.Equal("call", _server.MetaOf("statistics").Trim());

        // Four of six stay; with a day's expression, two are made ahead.
        Assert.Equal(interval ? 4 : 6, _tables.Fragments("call"));
        Assert.Equal(interval ? 0 : 1, _server.Number($"SELECT COUNT(*) FROM sysfragments WHERE partition = 'p{ReportingTables.Today.AddDays(2):yyyyMMdd}'"));
    }

    [Fact]
    public async Task A_fragment_in_which_the_retention_ends_stays_and_loses_its_old_rows_in_batches()
    {
        _tables.Plain("call").Rows("call", 5, 2).Rows("call", 4, 3).Rows("call", 3, 4).Rows("call", 2, 1);
        var (first, middle, last) = (ReportingTables.Today.AddDays(-5), ReportingTables.Today.AddDays(-4), ReportingTables.Today);
        foreach (var (name, from, before) in new[] { ("old", first, middle), ("both", middle, last) })
        {
            _server.Sql($"INSERT INTO sysfragments SELECT tabid, 'T', '{name}', '(callstartdate >= {SqlDate.Of(from)} AND callstartdate < {SqlDate.Of(before)} )', 'cvpdbs', '{from:yyyy-MM-dd}', '{before:yyyy-MM-dd}' FROM systables");
        }

        Assert.Equal(5, (await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 3)))).Rows);

        Assert.Equal(5, _tables.Count("call"));
        Assert.Contains("DETACH PARTITION old ", Assert.Single(_server.SqlLog, sql => sql.Contains("DETACH", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("both", _server.Scalar("SELECT partition FROM sysfragments"));
    }

    [Fact]
    public async Task A_second_purge_of_the_day_makes_no_fragment_again()
    {
        _tables.Fragmented("call", 1);

        await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 3)));
        await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 3)));

        Assert.Equal(4, _tables.Fragments("call"));
    }

    [Fact]
    public async Task Fragments_that_say_nothing_certain_about_days_are_left_and_their_old_rows_go_in_batches()
    {
        _tables.Fragmented("call", 5, "(MOD(callstartdate, 7) = 3 )").Rows("call", 5, 30).Rows("call", 1, 2);

        var result = await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 3)), rows: 7);

        Assert.Equal(30, result.Rows);
        Assert.Equal(2, _tables.Count("call"));
        Assert.Equal(6, _tables.Fragments("call"));
        Assert.Equal(5, _server.SqlLog.Count(sql => sql.StartsWith("EXECUTE FUNCTION", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rows_without_a_date_and_those_of_1899_or_9999_stay_and_are_counted()
    {
        _tables.Plain("call").Rows("call", 40, 2);
        _server.Sql("INSERT INTO call VALUES ('a', NULL), ('b', '1899-12-31'), ('c', '9999-12-31')");

        var result = await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 30)));

        Assert.Equal((2, 3L), (result.Rows, result.Categories[0].Undatable));
        Assert.Equal(3, _tables.Count("call"));
    }

    [Fact]
    public async Task The_rows_of_the_day_within_which_the_retention_ends_stay_all()
    {
        _tables.Plain("call").Rows("call", 30, 1).Rows("call", 31, 1);

        Assert.Equal(1, (await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 30)))).Rows);
        Assert.Equal(1, _tables.Count("call", $"callstartdate = '{ReportingTables.Today.AddDays(-30):yyyy-MM-dd}'"));
    }

    [Fact]
    public async Task Children_go_before_their_parents_and_a_child_that_stays_keeps_its_parents_day()
    {
        _tables.Fragmented("call", 40).Plain("callevent").Rows("call", 40, 2).Rows("call", 39, 2).Rows("callevent", 40, 3).Rows("callevent", 39, 1);
        _tables.Plain("holder").Refers("holder", "callevent");
        _server.Sql("INSERT INTO holder VALUES ('39-0', 'x')");

        var result = await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 30), ReportingTables.Category("callevent", 30, "call")));

        Assert.Equal(["callevent", "call"], result.Categories.Select(c => c.Category));
        Assert.Equal([3, 2], result.Categories.Select(c => c.Rows));
        Assert.Equal(new KeptRows("rows of other tables refer to them (foreign key)", 1), Assert.Single(result.Categories[0].Kept!.Value));
        var kept = Assert.Single(result.Categories[1].Kept!.Value);
        Assert.Equal((2, true), (kept.Rows, kept.Reason.StartsWith("a category below has rows of", StringComparison.Ordinal)));
        Assert.Equal(2, _tables.Count("call"));
    }

    [Fact]
    public async Task A_table_that_foreign_keys_refer_to_loses_rows_and_not_fragments_unless_that_is_allowed()
    {
        _tables.Fragmented("call", 3).Plain("callevent").Refers("callevent", "call").Rows("call", 3, 2).Rows("callevent", 0, 1);
        var plan = ReportingTables.Plan(ReportingTables.Category("call", 1));

        Assert.Equal(2, (await PurgeAsync(plan)).Rows);
        Assert.DoesNotContain(_server.SqlLog, sql => sql.Contains("DETACH", StringComparison.Ordinal));

        await PurgeAsync(plan, _server.Options with { DetachReferenced = true });
        Assert.Contains(_server.SqlLog, sql => sql.Contains("DETACH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_whose_rows_take_others_with_them_is_refused_unless_its_category_allows_it()
    {
        _tables.Plain("call").Plain("callevent").Refers("callevent", "call", onDelete: "C").Rows("call", 3, 2);
        var category = ReportingTables.Category("call", 1);

        Assert.Contains("ON DELETE CASCADE refer to call", (await StopAsync(ReportingTables.Plan(category))).Message, StringComparison.Ordinal);
        Assert.Equal(2, _tables.Count("call"));

        Assert.Equal(2, (await PurgeAsync(ReportingTables.Plan(category with { CascadeAllowed = true }))).Rows);
    }

    [Fact]
    public async Task A_detached_fragment_with_a_young_row_is_not_dropped_and_the_error_says_where_it_is()
    {
        _tables.Fragmented("call", 5).Rows("call", 5, 3);
        _server.Fault("stray-row", $"{ReportingTables.Today:yyyy-MM-dd}");
        var table = $"cvp_purged_call_p{ReportingTables.Today.AddDays(-5):yyyyMMdd}";

        var stopped = await StopAsync(ReportingTables.Plan(ReportingTables.Category("call", 3)));

        Assert.Contains($"is now the table {table} has 1 rows that are not shown to be older", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(3, _tables.Count(table));
    }

    [Fact]
    public async Task A_fragment_that_an_earlier_run_had_detached_is_looked_through_and_dropped()
    {
        _tables.Plain("call").Plain("call_extra").Plain("cvp_purged_call_p20200101").Plain("cvp_purged_call_extra_p1");
        _server.Sql("INSERT INTO cvp_purged_call_p20200101 VALUES ('a', '2020-01-01'); INSERT INTO cvp_purged_call_extra_p1 VALUES ('a', '2020-01-01'), ('b', '2020-01-01')");

        var result = await PurgeAsync(ReportingTables.Plan(ReportingTables.Category("call", 3), ReportingTables.Category("call_extra", 3)));

        Assert.Equal([("call", 1L), ("call_extra", 2L)], result.Categories.Select(c => (c.Category, c.Rows)));
        Assert.Equal(0, _server.Number("SELECT COUNT(*) FROM systables WHERE tabname LIKE 'cvp_purged%'"));
    }

    [Fact]
    public async Task Readers_that_keep_a_fragment_from_being_detached_stop_the_purge_unless_they_may_be_cut_off()
    {
        _tables.Fragmented("call", 5).Rows("call", 5, 3);
        _server.Meta("readers", "yes");
        var options = _server.Options with { FragmentsAheadDays = 0 };
        var plan = ReportingTables.Plan(ReportingTables.Category("call", 3));

        Assert.Contains("informix.force-detach-after", (await StopAsync(plan, options)).Message, StringComparison.Ordinal);
        Assert.Equal(3, _tables.Count("call"));

        Assert.Equal(3, (await PurgeAsync(plan, options with { ForceDetachAfter = TimeSpan.FromSeconds(5) })).Rows);
        Assert.Contains("SET ENVIRONMENT FORCE_DDL_EXEC '5'", _server.SqlLog);
    }

    [Fact]
    public async Task That_a_fragment_ahead_cannot_be_made_is_told_once_the_rest_is_purged()
    {
        _tables.Fragmented("call", 5).Rows("call", 5, 3);
        _server.SqlFault("ADD PARTITION", 872, 0, 9);

        var stopped = await StopAsync(ReportingTables.Plan(ReportingTables.Category("call", 3)));

        Assert.Contains("error -872", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(3, stopped.DeletedSoFar.Rows);
    }

    [Fact]
    public async Task A_table_or_column_that_is_not_there_is_named_by_the_survey()
    {
        var category = ReportingTables.Category("nowhere", 3);
        Assert.Contains("-206: The specified table (nowhere)", await SurveyErrorAsync(category), StringComparison.Ordinal);

        _tables.Plain("call");
        Assert.Contains("-217", await SurveyErrorAsync(ReportingTables.Category("call", 3) with { TimestampColumn = "startdate" }), StringComparison.Ordinal);
        Assert.Contains("is no name", await SurveyErrorAsync(category with { Table = "call; DROP TABLE call" }), StringComparison.Ordinal);
        Assert.Contains("native", await SurveyErrorAsync(category with { TimestampFormat = TimestampFormat.UnixSeconds }), StringComparison.Ordinal);

        async Task<string> SurveyErrorAsync(RetentionCategory asked) => (await Assert.ThrowsAnyAsync<ReportingDatabaseException>(
            () => Purger().SurveyAsync(ReportingTables.Plan(asked), TimeProvider.System.GetUtcNow(), CancellationToken.None))).Message;
    }

    [Fact]
    public async Task The_survey_says_what_a_purge_would_empty_and_how_young_the_newest_row_is()
    {
        _tables.Plain("call").Rows("call", 40, 2).Plain("callevent").Rows("callevent", 40, 1).Rows("callevent", 2, 1).Plain("vxmlsession").Plain("vxmlelement").Rows("vxmlelement", 40, 1);
        _server.Sql("INSERT INTO vxmlelement VALUES ('a', NULL), ('b', '9999-12-31')");
        var plan = ReportingTables.Plan(
            [.. new[] { "call", "callevent", "vxmlelement", "vxmlsession" }.Select(table => ReportingTables.Category(table, 30))]);

        var survey = await Purger().SurveyAsync(plan, TimeProvider.System.GetUtcNow(), CancellationToken.None);

        // Neither a row without a date nor a placeholder shows that the others' dates are read as they are meant.
        Assert.Equal([true, false, true, false], survey.Categories.Select(c => c.WouldBeEmptied));
        Assert.Equal([true, true, true, false], survey.Categories.Select(c => c.HasOld));
        Assert.Equal(SqlDate.Midnight(ReportingTables.Today.AddDays(-2)), survey.Categories[1].Newest);
        Assert.Equal(SqlDate.Midnight(ReportingTables.Today.AddDays(-40)), survey.Categories[2].Newest);
        Assert.NotNull(HoldJudgement.Judge(plan, survey, null, []));
    }

    [Fact]
    public async Task A_run_that_is_fenced_between_two_batches_deletes_no_more()
    {
        _tables.Plain("call").Rows("call", 40, 30);
        var fence = new Fence(1);

        var stopped = await StopAsync(
            ReportingTables.Plan(ReportingTables.Category("call", 30)), rows: 10, run: TestRun.Create(1, fence, progress => fence.Admit(progress.Done >= 10 ? 2 : 1)));

        Assert.IsType<FencedException>(stopped.InnerException);
        Assert.Equal((10, 20L), (stopped.DeletedSoFar.Rows, _tables.Count("call")));
    }

    [Fact]
    public async Task A_server_that_is_not_on_line_is_not_purged()
    {
        _server.Mode("quiescent");

        Assert.Contains("cvp is quiescent", (await StopAsync(ReportingTables.Plan(ReportingTables.Category("call", 3)))).Message, StringComparison.Ordinal);
    }

    private InformixPurger Purger(InformixOptions? options = null) => new(options ?? _server.Options, TimeProvider.System);

    private static PurgePlan WithRows(PurgePlan plan, int rows) => PurgePlan.Create(plan.Categories, rows, TimeSpan.Zero);

    private Task<PurgeResult> PurgeAsync(PurgePlan plan, InformixOptions? options = null, int rows = 1000) =>
        Purger(options).PurgeAsync(WithRows(plan, rows), dryRun: false, TestRun.Create(), CancellationToken.None);

    private Task<PurgeStoppedException> StopAsync(PurgePlan plan, InformixOptions? options = null, int rows = 1000, RunContext? run = null) =>
        Assert.ThrowsAsync<PurgeStoppedException>(() => Purger(options).PurgeAsync(WithRows(plan, rows), dryRun: false, run ?? TestRun.Create(), CancellationToken.None));
}
