using System.Collections.Immutable;
using CvpActors.Domain.Clocks;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Tests.Purges;

/// <summary>A purge that may go by a wrong clock, or that would empty a category, is held.</summary>
public sealed class HoldJudgementTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 0, 30, 0, TimeSpan.Zero);
    private static readonly ClockEvidence Steady = new(Now.AddDays(-90), Leap: null);
    private static readonly ClockEvidence Leapt = new(Now.AddDays(-90), new ClockLeap(Now.AddDays(-400), Now));
    private static readonly CategorySurvey Usual = Category("call", newest: Now.AddMinutes(-5));

    [Fact]
    public void One_with_a_steady_clock_and_young_rows_is_not() => Assert.Null(Judge(Steady, Usual));

    [Fact]
    public void One_whose_clock_nobody_watches_goes_by_its_rows_alone()
    {
        Assert.Null(Judge(clock: null, Usual));
        Assert.NotNull(Judge(clock: null, Category("call", newest: Now.AddDays(-40), stay: false)));
    }

    [Fact]
    public void A_clock_that_has_leapt_holds_it_however_young_the_rows_seem()
    {
        var reason = Assert.Single(Judge(Leapt, Usual)!.Reasons);
        Assert.Equal("clock 2026-03-10T00:30:00Z", reason.Key);
        Assert.Contains("400 d more", reason.Text, StringComparison.Ordinal);
        Assert.Contains("Set it right, or let the purge go", reason.Text, StringComparison.Ordinal);
        Assert.Contains("Set it right on node site-a, or", Judge(Leapt with { Node = "site-a" }, Usual)!.InWords(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_category_that_would_be_emptied_holds_it_unless_it_may_be()
    {
        var last = Category("call", newest: Now.AddDays(-31), stay: false);
        var reason = Assert.Single(Judge(Steady, last)!.Reasons);
        Assert.Equal("emptied call 2026-02-07T00:30:00Z", reason.Key);
        Assert.Contains("\"call\" would be left without any row that can be dated: its newest is of 2026-02-07", reason.Text, StringComparison.Ordinal);
        Assert.Null(HoldJudgement.Judge(Plan(mayBeEmptied: true), new PurgeSurvey(Now, [last]), Steady, []));
    }

    [Fact]
    public void An_empty_category_holds_nothing() =>
        Assert.Null(Judge(Steady, new CategorySurvey("call", Now.AddDays(-30), HasOld: false, RowsStay: false, null, null, Complete: true)));

    [Fact]
    public void A_category_of_which_no_row_is_old_is_not_emptied_though_none_has_a_date_that_is_believed() =>
        Assert.Null(Judge(Steady, Usual, new CategorySurvey("archive", Now.AddDays(-30), HasOld: false, RowsStay: false, null, null, Complete: true)));

    [Fact]
    public void Silence_for_a_week_by_a_clock_that_was_not_watched_for_as_long_holds_it()
    {
        var silent = Category("call", newest: Now.AddDays(-8));
        Assert.Equal("silent 2026-03-02T00:30:00Z", Assert.Single(Judge(Steady with { SteadySince = Now.AddDays(-1) }, silent)!.Reasons).Key);
        Assert.Null(Judge(Steady with { SteadySince = Now.AddDays(-9) }, silent));
        Assert.Null(Judge(Steady with { SteadySince = Now.AddDays(-1) }, Category("call", newest: Now.AddDays(-7))));
    }

    [Fact]
    public void A_leap_and_the_silence_that_it_makes_are_told_together_so_that_one_word_lets_both_go() =>
        Assert.Equal(2, Judge(Leapt with { SteadySince = Now.AddDays(-1) }, Category("call", newest: Now.AddDays(-8)))!.Reasons.Length);

    [Fact]
    public void Silence_that_nobody_is_to_be_asked_about_holds_nothing()
    {
        var plan = PurgePlan.Create([], 1000, TimeSpan.Zero, holdAfterSilence: TimeSpan.Zero);
        Assert.Null(HoldJudgement.Judge(plan, new PurgeSurvey(Now, [Category("call", newest: Now.AddDays(-20))]), Steady with { SteadySince = Now }, []));
    }

    [Fact]
    public void A_category_whose_last_rows_stay_for_their_dependants_is_not_emptied()
    {
        var survey = new PurgeSurvey(Now, [Category("call", newest: Now.AddDays(-31), stay: false)]);
        var counted = new CategoryPurge("call", "call", Now.AddDays(-30), 2999) { Kept = [new KeptRows("invoice.call_id", 1)] };
        Assert.Null(HoldJudgement.Judge(Plan(), survey.Counted(new PurgeResult(DryRun: true, [counted])), Steady, []));
        Assert.NotNull(HoldJudgement.Judge(Plan(), survey.Counted(new PurgeResult(DryRun: true, [counted with { Kept = [] }])), Steady, []));
    }

    [Fact]
    public void One_category_that_speaks_is_enough_for_the_clock() =>
        Assert.Null(Judge(Steady with { SteadySince = Now }, Category("archive", newest: Now.AddDays(-20)), Usual));

    [Fact]
    public void What_was_let_go_holds_it_no_more_and_the_next_row_or_leap_does_again()
    {
        var emptied = Category("call", newest: Now.AddDays(-31), stay: false);
        var letGo = Judge(Leapt, emptied)!.Reasons.Select(r => r.Key).ToArray();
        Assert.Equal(2, letGo.Length);
        Assert.Null(HoldJudgement.Judge(Plan(), new PurgeSurvey(Now, [emptied]), Leapt, letGo));

        Assert.NotNull(HoldJudgement.Judge(Plan(), new PurgeSurvey(Now, [Category("call", newest: Now.AddDays(-30.5), stay: false)]), Leapt, letGo));
        Assert.NotNull(HoldJudgement.Judge(Plan(), new PurgeSurvey(Now, [emptied]), Leapt with { Leap = new ClockLeap(Now, Now.AddDays(9)) }, letGo));
    }

    [Fact]
    public void Only_what_is_said_of_the_clock_is_about_the_clock()
    {
        Assert.Equal([Now], HoldJudgement.ClocksLetGo(Judge(Leapt, Usual)!.Reasons.Select(r => r.Key)));
        Assert.Empty(HoldJudgement.ClocksLetGo(Judge(Steady, Category("clock", newest: Now.AddDays(-31), stay: false))!.Reasons.Select(r => r.Key)));
    }

    private static PurgeHold? Judge(ClockEvidence? clock, params ImmutableArray<CategorySurvey> categories) =>
        HoldJudgement.Judge(Plan(), new PurgeSurvey(Now, categories), clock, []);

    private static PurgePlan Plan(bool mayBeEmptied = false) => PurgePlan.Create(
        [new RetentionCategory("call", "call", "at", TimestampFormat.UnixSeconds, TimeSpan.FromDays(30), Parent: null) { MayBeEmptied = mayBeEmptied }],
        1000,
        TimeSpan.Zero);

    private static CategorySurvey Category(string name, DateTimeOffset newest, bool stay = true) =>
        new(name, Now.AddDays(-30), HasOld: !stay, RowsStay: stay, newest, newest.AddDays(-100), Complete: true);
}
