using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CvpActors.House.Tests;

public sealed partial class ProjectTests
{
    private const string Versions = "Directory.Packages.props";

    /// <summary>What each project of src may import; the house of ARCHITECTURE.md.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Files"] = [],
        ["Processes"] = [],
        ["Domain"] = [],
        ["Backups"] = ["Domain", "Files", "Processes"],
        ["Engines.Command"] = ["Domain", "Processes"],
        ["Engines.Postgres"] = ["Domain", "Files", "Processes"],
        ["Engines.Informix"] = ["Domain", "Files", "Processes"],
        ["Engines.Sqlite"] = ["Domain", "Files"],
        ["Shipping"] = ["Domain", "Files"],
        ["Snmp"] = ["Domain", "Files"],
        ["Actors"] = ["Domain"],
        ["Node"] = ["Domain", "Files", "Processes", "Backups", "Engines.Command", "Engines.Informix", "Engines.Postgres", "Engines.Sqlite", "Shipping", "Snmp", "Actors"],
        ["Cli"] = ["Snmp", "Node"],
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

    /// <remarks>What a project references is there for those above it too: that the compiler finds it is no leave to name it.</remarks>
    [Fact]
    public void A_room_names_only_what_its_project_may_import()
    {
        var found =
            from room in new Rooms(SourceTree.Files).Imports
            from other in room.Value
            let project = OfRoom(room.Key)
            where OfRoom(other) != project && !Allowed[project].Contains(OfRoom(other))
            select $"{room.Key} names types of {other}";

        Assert.Empty(found);
    }

    /// <remarks>What cvpctl does with a node's files it does by the node's own code; it knows nothing else of the node.</remarks>
    [Fact]
    public void Cvpctl_knows_of_the_node_only_what_is_done_without_one_that_runs() =>
        Assert.Equal(
            ["CvpActors.Node.Configuration", "CvpActors.Node.Offline"],
            new Rooms(SourceTree.Files).Imports["CvpActors.Cli"].Where(room => OfRoom(room) == "Node"));

    [Fact]
    public void The_page_says_the_same_of_who_may_import_what()
    {
        var said = Room().Matches(Repository.Read("src/ARCHITECTURE.md")).ToDictionary(m => m.Groups[1].Value, m => Imports(m.Groups[2].Value).Order());

        Assert.All(Allowed, project => Assert.Equal(
            project.Value.Order(), said[project.Key]));

        static IEnumerable<string> Imports(string cell) => cell.Trim() == "all"
            ? Allowed.Keys.Except(["Node", "Cli"])
            : Allowed.Keys.Where(name => Regex.IsMatch(cell, $@"\b{Regex.Escape(name)}\b"));
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
    public void Versions_of_packages_stand_in_one_place_and_are_exact()
    {
        var elsewhere =
            from path in BuildFiles.Where(path => path != Versions)
            from item in XDocument.Load(Repository.At(path)).Descendants()
            where item.Name.LocalName is "PackageVersion" or "GlobalPackageReference" or "Version" or "VersionPrefix" or "VersionSuffix"
                || (item.Name.LocalName == "PackageReference" && (item.Attribute("Version") ?? item.Attribute("VersionOverride")) is not null)
            select $"{path}: {item}";

        Assert.Empty(elsewhere);
        Assert.All(XDocument.Load(Repository.At(Versions)).Descendants("PackageVersion"), item => Assert.Matches(@"^\d+(\.\d+)+(-[\w.]+)?$", item.Attribute("Version")!.Value));
    }

    [Fact]
    public void Every_project_has_its_lock_file() =>
        Assert.All(Everywhere, project => Assert.True(
            File.Exists(Repository.At($"{Path.GetDirectoryName(project)}/packages.lock.json")),
            $"{project} has no packages.lock.json; CONTRIBUTING.md has the command that writes it"));

    [Fact]
    public void The_solution_has_every_project_and_no_other() =>
        Assert.Equal(
            Everywhere.Order(StringComparer.Ordinal),
            InSolution().Matches(Repository.Read("CvpActors.sln")).Select(m => m.Groups[1].Value.Replace('\\', '/')).Order(StringComparer.Ordinal));

    [Fact]
    public void The_domain_names_no_HTTP_route() =>
        Assert.All(Repository.Files("src/CvpActors.Domain", "*.cs"), f => Assert.DoesNotMatch(@"/api/|/healthz|\b(GET|HEAD|POST|PUT|DELETE) …?/", Repository.Read(f)));

    /// <remarks>A comment may give an engine as an example. Code may not, strings included, and neither may a file that is built in.</remarks>
    [Theory]
    [InlineData("CvpActors.Files")]
    [InlineData("CvpActors.Domain")]
    [InlineData("CvpActors.Backups")]
    [InlineData("CvpActors.Actors")]
    public void No_word_of_an_engine_stands_in_code_outside_its_project(string project)
    {
        var code = SourceTree.Files.Where(file => file.Path.StartsWith($"src/{project}/", StringComparison.Ordinal)).Select(file => (file.Path, Text: file.Code));
        var builtIn = Repository.Files($"src/{project}", "*.conf").Select(path => (Path: path, Text: Repository.Read(path)));

        Assert.Empty(code.Concat(builtIn).SelectMany(file => EngineWord().Matches(file.Text).Select(word => $"{file.Path}: {word.Value}")));
    }

    [Theory]
    [InlineData("name + \"-wal\"", true)]
    [InlineData("SqliteEngine engine", true)]
    [InlineData("\"pg_dump --format=custom\"", true)]
    [InlineData("a withdrawal-free month", false)]
    [InlineData("OperationState backup", false)]
    public void A_word_of_an_engine_is_known_in_names_and_in_strings(string code, bool known) => Assert.Equal(known, EngineWord().IsMatch(code));

    private static IEnumerable<string> Everywhere => Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj"));

    private static IEnumerable<string> BuildFiles =>
    [
        .. Everywhere,
        .. Repository.Files("tests", "*.props"),
        .. new[] { "*.props", "*.targets" }.SelectMany(pattern => Directory.EnumerateFiles(Repository.Root, pattern).Select(file => Path.GetFileName(file))),
    ];

    /// <summary>The project of a room: the longest name that the room's begins with.</summary>
    private static string OfRoom(string room) => Allowed.Keys.Where(name => $"{room}.".StartsWith($"CvpActors.{name}.", StringComparison.Ordinal)).MaxBy(name => name.Length)!;

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Repository.At(project)).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))["CvpActors.".Length..];

    [GeneratedRegex(@"sqlite|postgres|npgsql|\bpg_|informix|\b(ontape|onstat|tapedev|vacuum)\b|-(wal|shm|journal)\b", RegexOptions.IgnoreCase)]
    private static partial Regex EngineWord();

    [GeneratedRegex("\"([^\"]+\\.csproj)\"")]
    private static partial Regex InSolution();

    [GeneratedRegex(@"^\| `CvpActors\.([\w.*]+)` \|[^|]*\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Room();
}
