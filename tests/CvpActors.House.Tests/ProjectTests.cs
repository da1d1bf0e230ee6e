using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CvpActors.House.Tests;

public sealed partial class ProjectTests
{
    /// <summary>What each project of src may import; the house of ARCHITECTURE.md.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Files"] = [],
        ["Domain"] = [],
        ["Backups"] = ["Domain", "Files"],
        ["Engines.Sqlite"] = ["Domain", "Files"],
        ["Snmp"] = ["Domain", "Files"],
        ["Actors"] = ["Domain"],
        ["Node"] = ["Domain", "Files", "Backups", "Engines.Sqlite", "Snmp", "Actors"],
        ["Cli"] = ["Snmp"],
    };

    public static TheoryData<string> Projects => [.. Repository.Files("src", "*.csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_imports_only_what_stands_below_it(string project)
    {
        var name = NameOf(project);
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is new: give it a place in the house");
        Assert.Empty(Items(project, "ProjectReference").Select(NameOf).Except(allowed));
    }

    [Fact]
    public void Only_the_actors_and_the_node_know_Akka() =>
        Assert.Equal(
            ["Actors", "Node"],
            Repository.Files("src", "*.csproj").Where(p => Items(p, "PackageReference").Any(i => i.StartsWith("Akka", StringComparison.Ordinal))).Select(NameOf).Order());

    [Theory]
    [InlineData("src/CvpActors.Files/CvpActors.Files.csproj")]
    [InlineData("src/CvpActors.Domain/CvpActors.Domain.csproj")]
    public void The_ground_floor_needs_no_package(string project) => Assert.Empty(Items(project, "PackageReference"));

    [Fact]
    public void Versions_of_packages_stand_in_one_place() =>
        Assert.All(
            Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj")),
            p => Assert.All(XDocument.Load(Repository.At(p)).Descendants("PackageReference"), r => Assert.Null(r.Attribute("Version"))));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("CvpActors.sln").Replace('\\', '/');

        Assert.All(Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj")), p => Assert.Contains(p, solution, StringComparison.Ordinal));
    }

    [Fact]
    public void The_domain_names_no_HTTP_route() =>
        Assert.All(Repository.Files("src/CvpActors.Domain", "*.cs"), f => Assert.DoesNotContain("/api/", Repository.Read(f), StringComparison.Ordinal));

    [Theory]
    [InlineData("CvpActors.Files")]
    [InlineData("CvpActors.Domain")]
    [InlineData("CvpActors.Backups")]
    [InlineData("CvpActors.Actors")]
    public void No_word_of_an_engine_stands_in_code_outside_its_project(string project)
    {
        var found = Repository.Files($"src/{project}", "*.cs")
            .SelectMany(file => Repository.Read(file).Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)).Select(line => (file, line)))
            .Where(l => EngineWord().IsMatch(l.line) && !l.file.EndsWith("JournalFault.cs", StringComparison.Ordinal));

        Assert.Empty(found);
    }

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Repository.At(project)).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))["CvpActors.".Length..];

    [GeneratedRegex("sqlite|postgres|informix|ontape|-wal|-shm", RegexOptions.IgnoreCase)]
    private static partial Regex EngineWord();
}
