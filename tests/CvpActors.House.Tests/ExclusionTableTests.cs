using System.Text.RegularExpressions;

namespace CvpActors.House.Tests;

/// <summary>The printed table of what excludes what against the one by which the code goes.</summary>
public sealed partial class ExclusionTableTests
{
    private static readonly Dictionary<string, string> Words = new() { ["Never"] = "never", ["Remote"] = "one a remote", ["Beside"] = "beside" };

    [Fact]
    public void The_table_that_is_printed_is_the_one_that_the_code_has()
    {
        var coded = CodedRow().Matches(Repository.Read("src/CvpActors.Domain/Exclusions.cs"))
            .ToDictionary(m => m.Groups[1].Value.ToLowerInvariant(), m => m.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries).Select(cell => Words[cell]).ToArray());
        var page = Repository.Read("src/ARCHITECTURE.md");
        var section = page[page.IndexOf("## What excludes what", StringComparison.Ordinal)..page.IndexOf("## The way of one backup", StringComparison.Ordinal)];
        var printed = PrintedRow().Matches(section).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Split('|', StringSplitOptions.TrimEntries));

        Assert.Equal(["backup", "purge", "restore", "drill", "shipment", "scrub"], coded.Keys);
        Assert.Equal(coded.Keys, printed.Keys);
        Assert.Equal(coded.Keys, Heading().Match(section).Groups[1].Value.Split('|', StringSplitOptions.TrimEntries));
        Assert.All(coded, row => Assert.Equal(row.Value, printed[row.Key]));
    }

    [GeneratedRegex(@"/\* (\w+) +\*/ \[([^\]]+)\]")]
    private static partial Regex CodedRow();

    [GeneratedRegex(@"^\| (\w+) \| (.*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex PrintedRow();

    [GeneratedRegex(@"^\|  \| (.*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
