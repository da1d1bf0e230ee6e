using System.Text.RegularExpressions;

namespace CvpActors.House.Tests;

/// <summary>Whether the page that shows newcomers the way is true.</summary>
public sealed partial class ArchitectureTests
{
    private const string Page = "src/ARCHITECTURE.md";
    private const string NotBuilt = "not built yet";

    private static readonly int[] Rules = [.. Enumerable.Range(1, 10)];

    private static IEnumerable<(int Rule, string DecidedIn, string ShownBy)> Table => Row().Matches(Repository.Read(Page))
        .Select(m => (int.Parse(m.Groups[1].Value), m.Groups[2].Value.Trim(), m.Groups[3].Value.Trim()));

    [Fact]
    public void The_table_has_a_row_for_each_rule() => Assert.Equal(Rules, Table.Select(row => row.Rule));

    [Fact]
    public void Every_file_that_decides_a_rule_exists() =>
        Assert.All(Table.Where(row => row.DecidedIn != NotBuilt), row => Assert.True(File.Exists(Repository.At($"src/{Quoted(row.DecidedIn)[0]}")), row.DecidedIn));

    [Fact]
    public void Every_test_that_shows_a_rule_exists() =>
        Assert.All(Table.Where(row => row.ShownBy != NotBuilt), row =>
        {
            var (file, test) = (Quoted(row.ShownBy)[0], Quoted(row.ShownBy)[1]);
            Assert.Matches($@"\b{test}\(", Repository.Read($"tests/{file}"));
        });

    [Fact]
    public void A_rule_is_cited_by_a_number_that_the_table_has() =>
        Assert.All(
            Repository.Files("src", "*.cs").SelectMany(file => Citation().Matches(Repository.Read(file)).Select(m => (file, Rule: int.Parse(m.Groups[1].Value)))),
            cited => Assert.Contains(cited.Rule, Rules));

    [Fact]
    public void No_person_is_told_the_number_of_a_rule() =>
        Assert.All(
            Repository.Files("src", "*.cs").SelectMany(file => Repository.Read(file).Split('\n').Select(line => (file, line: line.Trim()))),
            l => Assert.False(Citation().IsMatch(l.line) && !l.line.StartsWith("//", StringComparison.Ordinal), $"{l.file}: {l.line}"));

    [Fact]
    public void Every_path_that_the_page_names_exists()
    {
        var paths = Path().Matches(Repository.Read(Page)).Select(m => m.Groups[1].Value).Where(p => !p.Contains('*') && !p.Contains('…') && !p.Contains("NAME", StringComparison.Ordinal));
        Assert.All(paths, p => Assert.True(
            new[] { p, $"src/{p}", $"tests/{p}" }.Any(at => File.Exists(Repository.At(at)) || Directory.Exists(Repository.At(at))), p));
    }

    [Fact]
    public void The_first_screen_of_the_readme_links_the_papers()
    {
        var firstScreen = string.Join('\n', File.ReadLines(Repository.At("README.md")).Take(30));

        Assert.All(new[] { Page, "CONTRIBUTING.md", "CHANGELOG.md" }, paper => Assert.Contains($"({paper})", firstScreen, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_test_that_the_page_of_failures_names_exists()
    {
        var shown = Failure().Matches(Repository.Read("src/CvpActors.Actors/FAILURES.md")).Select(m => (File: m.Groups[1].Value, Test: m.Groups[2].Value)).ToList();

        Assert.True(shown.Count >= 10, $"only {shown.Count}");
        Assert.All(shown, s => Assert.Matches(
            $@"\b{s.Test}\(", Repository.Read(s.File.StartsWith("CvpActors.", StringComparison.Ordinal) ? $"tests/{s.File}" : $"tests/CvpActors.EndToEnd.Tests/{s.File}")));
    }

    private static string[] Quoted(string cell) => [.. cell.Split('`', StringSplitOptions.RemoveEmptyEntries).Where(part => part.Trim().Length > 0)];

    [GeneratedRegex(@"^\| (\d+) \|[^|]*\|([^|]*)\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`([\w./]+\.cs)` `(\w+)`")]
    private static partial Regex Failure();

    [GeneratedRegex(@"\brules? (\d+)")]
    private static partial Regex Citation();

    [GeneratedRegex(@"`((?:src/|tests/)?CvpActors\.[\w./*…]+/[\w./*…]*)`")]
    private static partial Regex Path();
}
