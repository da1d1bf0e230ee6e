using System.Text.RegularExpressions;

namespace CvpActors.House.Tests;

/// <summary>The table of rules against the tree, closer than by name: the file says what it decides, the test is one that runs.</summary>
public sealed partial class RulesTableTests
{
    private const string Page = "src/ARCHITECTURE.md";

    private static IEnumerable<(int Rule, string File, string TestFile, string Test)> Built => Row().Matches(Repository.Read(Page))
        .Select(m => (int.Parse(m.Groups[1].Value), $"src/{m.Groups[2].Value}", $"tests/{m.Groups[3].Value}", m.Groups[4].Value));

    [Fact]
    public void The_file_that_decides_a_rule_says_so() => Assert.All(Built, row => Assert.Matches($@"(?i)\brule {row.Rule}\b", Repository.Read(row.File)));

    [Fact]
    public void The_test_that_shows_a_rule_is_one_that_runs() => Assert.All(Built, row =>
        Assert.Matches($@"\[(Fact|Theory)\][^;{{}}]*\b{row.Test}\(", Repository.Read(row.TestFile)));

    [Fact]
    public void A_rule_that_is_not_built_is_cited_nowhere()
    {
        var built = Built.Select(row => row.Rule).ToHashSet();

        Assert.All(SourceTree.Files, file => Assert.All(
            Citation().Matches(file.Comments).Select(m => int.Parse(m.Groups[1].Value)), rule => Assert.Contains(rule, built)));
    }

    [Fact]
    public void No_code_names_a_rule_by_its_number_not_even_over_two_lines() =>
        Assert.All(SourceTree.Files, file => Assert.False(Citation().IsMatch(file.Code), file.Path));

    [GeneratedRegex(@"^\| (\d+) \|[^|]*\| `([^`|]+)` \| `([^`|]+)` `(\w+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\brule\s+(\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex Citation();
}
