namespace CvpActors.House.Tests;

public sealed class RoomTests
{
    private const int LongestFile = 400;

    [Fact]
    public void No_rooms_import_each_other_in_a_circle() =>
        Assert.Empty(new Rooms(SourceTree.Files).FindCircle());

    [Fact]
    public void The_rooms_that_are_looked_through_are_those_of_the_house()
    {
        var rooms = new Rooms(SourceTree.Files).Imports;

        Assert.Contains("CvpActors.Domain.Maintenance", rooms["CvpActors.Domain.Maintenance.Rules"]);
        Assert.Contains("CvpActors.Domain.Alerts", rooms["CvpActors.Snmp.Delivery"]);
        Assert.True(rooms.Count > 30, $"only {rooms.Count} rooms");
    }

    [Fact]
    public void A_circle_is_found_also_over_several_rooms_and_over_a_parent()
    {
        string[] three =
        [
            "using CvpActors.B;\nnamespace CvpActors.A;\nclass First(Second s);",
            "using CvpActors.C;\nnamespace CvpActors.B;\nclass Second(Third t);",
            "using CvpActors.A;\nnamespace CvpActors.C;\nclass Third(First f);",
        ];
        string[] parent =
        [
            "using CvpActors.A.Child;\nnamespace CvpActors.A;\nclass Up(Down d);",
            "namespace CvpActors.A.Child;\nclass Down(Up u);",
        ];

        Assert.Equal(["CvpActors.A", "CvpActors.B", "CvpActors.C", "CvpActors.A"], Read(three).FindCircle());
        Assert.NotEmpty(Read(parent).FindCircle());
        Assert.Empty(Read(three[..2]).FindCircle());
    }

    [Theory]
    [InlineData("", "Cellar.Wine? _wine;")]
    [InlineData("", "House.Cellar.Wine? _wine;")]
    [InlineData("", "object _wine = Cellar.Wine.Red;")]
    [InlineData("using House.Cellar;", "Wine? _wine;")]
    [InlineData("using static House.Cellar.Wine;", "object _wine = Red;")]
    [InlineData("using Bottle = House.Cellar.Wine;", "Bottle? _wine;")]
    public void However_the_type_of_another_room_is_named_the_circle_is_found(string usings, string member) =>
        Assert.NotEmpty(Read($"{usings}\nnamespace House.Kitchen;\nclass Stove {{ {member} }}", "using House.Kitchen;\nnamespace House.Cellar;\nclass Wine;").FindCircle());

    [Fact]
    public void What_stands_in_comments_and_strings_and_names_of_its_own_import_nothing() => Assert.Empty(
        Read(
            "namespace House.Cellar;\nclass Wine;",
            "namespace House.Cellar.Rack;\n/* Cellar.Wine */ class Wine { string _text = \"House.Cellar.Wine\"; Wine? _own; int Pour(Bar b) => b.Cellar.Temperature; }").Imports["House.Cellar.Rack"]);

    [Fact]
    public void No_source_file_has_more_than_400_lines() =>
        Assert.All(Repository.Files("src", "*.cs"), file => Assert.InRange(File.ReadLines(Repository.At(file)).Count(), 1, LongestFile));

    private static Rooms Read(params string[] sources) => new([.. sources.Select(text => SourceFile.Parse("src/House/File.cs", text))]);
}
