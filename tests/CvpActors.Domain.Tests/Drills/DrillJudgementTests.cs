using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Tests.Drills;

/// <summary>What of a restored copy passes, and what does not.</summary>
public sealed class DrillJudgementTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(100, true)]
    [InlineData(80, true)]
    [InlineData(120, true)]
    [InlineData(79, false)]
    [InlineData(121, false)]
    [InlineData(0, false)]
    public void Rows_may_differ_by_the_part_that_is_allowed(long rows, bool passes)
    {
        var problem = Judge(new CategoryContents("call", rows, Start));

        Assert.Equal(passes, problem is null);
        if (!passes)
        {
            Assert.Equal($"category call has {rows} rows in the copy and had 100 in the live database when it was backed up; allowed: 20 more or less (drill.rows-within)", problem);
        }
    }

    [Fact]
    public void A_copy_that_ends_earlier_than_the_backup_could_is_told()
    {
        // The dump took five minutes, and its snapshot may be a moment older still.
        Assert.Null(Judge(new CategoryContents("call", 100, Start.AddMinutes(-6))));
        Assert.Contains("ends at 2026-03-10 01:53:59Z in the copy, and at 2026-03-10 02:00:00Z", Judge(new CategoryContents("call", 100, Start.AddMinutes(-6).AddSeconds(-1))), StringComparison.Ordinal);
        Assert.Contains("ends with no date in the copy", Judge(new CategoryContents("call", 100)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_counted_is_not_compared_and_that_is_told()
    {
        ImmutableArray<CategoryContents> seen = [new CategoryContents("call", 1)];
        var manifest = Manifest with { Contents = BackupContents.Unknown(Start, "the disk was slow") };

        Assert.Null(DrillJudgement.ProblemOf(DrillExpectation.Default, manifest, seen, []));
        Assert.Contains("the disk was slow", DrillJudgement.NoteOf(manifest, seen), StringComparison.Ordinal);
        Assert.Contains("a version that did not count", DrillJudgement.NoteOf(Manifest with { Contents = null }, seen), StringComparison.Ordinal);
        Assert.Contains("with the node that made it", DrillJudgement.NoteOf(null, seen), StringComparison.Ordinal);
        Assert.Null(DrillJudgement.NoteOf(Manifest, seen));
        Assert.Null(DrillJudgement.NoteOf(null, null));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("-0.5", true)]
    [InlineData("t", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("0.0", false)]
    [InlineData("f", false)]
    [InlineData("ok", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_check_is_passed_by_true_and_by_a_number_that_is_not_zero(string? value, bool passes) =>
        Assert.Equal(passes, Check(new CheckSeen("select x", HasRow: true, value)) is null);

    [Fact]
    public void A_check_that_fails_is_named_with_what_came()
    {
        Assert.Equal("the check \"select x\" gave no row", Check(new CheckSeen("select x", HasRow: false, null)));
        Assert.Equal("the check \"select x\" gave NULL", Check(new CheckSeen("select x", HasRow: true, null)));
        Assert.StartsWith("the check \"select x\" gave \"0\"", Check(new CheckSeen("select x", HasRow: true, "0")), StringComparison.Ordinal);
        Assert.Equal("the check \"select x\" could not be run: no such table", Check(new CheckSeen("select x", HasRow: false, null) { Error = "no such table" }));
    }

    [Fact]
    public void A_drill_that_does_not_fit_says_the_figures_and_one_under_way_ends_before_the_disk_is_full()
    {
        var needed = DrillSpace.WithMargin(1_000_000_000);
        Assert.Equal(1_200_000_000 + DrillSpace.Reserve, needed);
        Assert.Null(DrillSpace.ProblemOf(new SpaceNeed("/drills", needed, needed)));
        Assert.Null(DrillSpace.ProblemOf(new SpaceNeed("/drills", needed, FreeBytes: null)));
        Assert.Contains("1.2 GB in /drills, its margin included, and 500 MB are free", DrillSpace.ProblemOf(new SpaceNeed("/drills", needed, 500_000_000)), StringComparison.Ordinal);

        Assert.Null(DrillSpace.WhyToEnd("/drills", DrillSpace.Reserve));
        Assert.Null(DrillSpace.WhyToEnd("/drills", null));
        Assert.NotNull(DrillSpace.WhyToEnd("/drills", DrillSpace.Reserve - 1));
    }

    private static BackupManifest Manifest { get; } = new("reporting", "sqlite", 7, 4096, new string('a', 64), Start, Start.AddMinutes(5))
    {
        Contents = new BackupContents(Start, [new CategoryContents("call", 100, Start)]),
    };

    private static string? Judge(CategoryContents seen) => DrillJudgement.ProblemOf(DrillExpectation.Default, Manifest, [seen], []);

    private static string? Check(CheckSeen seen) => DrillJudgement.ProblemOf(DrillExpectation.Default, null, null, [seen]);
}
