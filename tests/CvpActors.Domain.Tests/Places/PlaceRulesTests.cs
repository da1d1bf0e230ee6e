using CvpActors.Domain.Places;

namespace CvpActors.Domain.Tests.Places;

public sealed class PlaceRulesTests
{
    private static readonly PlaceOwner Self = new("reporting", ["a:1", "b:1"], "/srv/r.db");

    [Fact]
    public void A_place_without_a_mark_or_with_the_own_one_is_nobody_elses()
    {
        Assert.False(PlaceRules.IsAnothers(Self, null, false));
        Assert.False(PlaceRules.IsAnothers(Self, Self, false));
    }

    [Fact]
    public void Another_id_is_another_database() => Assert.True(PlaceRules.IsAnothers(Self, Self with { Database = "other" }, false));

    [Fact]
    public void Two_clusters_without_a_common_seed_are_two_and_one_that_has_grown_is_one()
    {
        Assert.True(PlaceRules.IsAnothers(Self, Self with { Cluster = ["c:1"] }, false));
        Assert.False(PlaceRules.IsAnothers(Self, Self with { Cluster = ["b:1", "c:1"] }, false));
        Assert.False(PlaceRules.IsAnothers(Self, Self with { Cluster = [] }, false));
        Assert.False(PlaceRules.IsAnothers(Self with { Cluster = [] }, Self, false));
    }

    [Fact]
    public void Of_two_databases_with_one_id_whose_files_both_exist_the_marks_is_another() =>
        Assert.True(PlaceRules.IsAnothers(Self, Self with { Resource = "/srv/other.db" }, marksResourceIsAnother: true));

    [Theory]
    [InlineData(7, false, false, true)]
    [InlineData(7, true, false, false)]
    [InlineData(7, false, true, false)]
    [InlineData(0, false, false, false)]
    public void A_directory_looks_unmounted_when_it_had_backups_and_has_nothing_now(long known, bool hasMark, bool hasBackups, bool expected) =>
        Assert.Equal(expected, PlaceRules.LooksUnmounted(known, hasMark, hasBackups));

    [Fact]
    public void Backups_that_were_handed_over_are_owned_too()
    {
        var owner = Self with { Formerly = ["former"] };

        Assert.True(owner.Owns("former"));
        Assert.True(owner.Owns("reporting"));
        Assert.False(owner.Owns("other"));
    }
}
