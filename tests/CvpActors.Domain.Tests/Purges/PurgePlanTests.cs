using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Tests.Purges;

public class PurgePlanTests
{
    [Fact]
    public void Children_are_purged_before_their_parents_and_equals_by_name()
    {
        var plan = Plan(
            Category("call", 30),
            Category("callevent", 30, parent: "call"),
            Category("vxmlsession", 30, parent: "call"),
            Category("vxmlelement", 15, parent: "vxmlsession"),
            Category("vxmlelementdetail", 15, parent: "vxmlelement"),
            Category("agent", 400));

        Assert.Equal(
            ["vxmlelementdetail", "vxmlelement", "callevent", "vxmlsession", "agent", "call"],
            plan.Categories.Select(c => c.Name));
    }

    [Fact]
    public void A_parent_kept_for_less_time_than_its_child_is_an_error_that_names_both()
    {
        var error = Assert.Throws<PurgePlanException>(() => Plan(Category("call", 15), Category("callevent", 30, parent: "call")));

        Assert.Equal("callevent", error.Category);
        Assert.Contains("\"call\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("30 days", error.Message, StringComparison.Ordinal);
        Assert.Contains("for 15", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grandparent_kept_for_less_time_is_found_as_well() =>
        Assert.Equal("b", Assert.Throws<PurgePlanException>(() => Plan(
            Category("a", 10),
            Category("b", 20, parent: "a"),
            Category("c", 20, parent: "b"))).Category);

    [Theory]
    [InlineData("call")]
    [InlineData("nobody")]
    public void The_parent_of_the_only_category_is_checked_like_any_other(string parent) =>
        Assert.Equal("call", Assert.Throws<PurgePlanException>(() => Plan(Category("call", 30, parent: parent))).Category);

    [Fact]
    public void A_parent_kept_exactly_as_long_as_its_child_is_allowed() =>
        Assert.Equal(2, Plan(Category("call", 30), Category("callevent", 30, parent: "call")).Categories.Length);

    [Fact]
    public void An_unknown_parent_is_an_error_that_lists_the_categories()
    {
        var error = Assert.Throws<PurgePlanException>(() => Plan(Category("call", 30), Category("callevent", 30, parent: "calls")));

        Assert.Equal("callevent", error.Category);
        Assert.Contains("\"calls\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("call, callevent", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("b", "a")]
    public void A_category_that_is_its_own_ancestor_is_an_error(string parentOfA, string parentOfB)
    {
        var error = Assert.Throws<PurgePlanException>(() => Plan(Category("a", 30, parentOfA), Category("b", 30, parentOfB)));

        Assert.Contains("own ancestor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_have_at_least_one_row_and_no_negative_pause()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PurgePlan.Create([], 0, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => PurgePlan.Create([], 1, TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void A_result_adds_up_the_rows_of_its_categories()
    {
        var olderThan = Scenario.Due;
        var result = new PurgeResult(DryRun: true, [new("call", "call", olderThan, 3), new("callevent", "callevent", olderThan, 39)]);

        Assert.Equal(42, result.Rows);
    }

    private static PurgePlan Plan(params RetentionCategory[] categories) => PurgePlan.Create(categories, 1000, TimeSpan.Zero);

    private static RetentionCategory Category(string name, int days, string? parent = null) =>
        new(name, name, "startdatetime", TimestampFormat.UnixSeconds, TimeSpan.FromDays(days), parent);
}
