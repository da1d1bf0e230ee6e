namespace CvpActors.House.Tests;

public sealed class RoomTests
{
    private const int LongestFile = 400;

    [Fact]
    public void No_rooms_import_each_other_in_a_circle() =>
        Assert.Empty(new Rooms(Repository.Files("src", "*.cs").Select(Repository.Read)).FindCircle());

    [Fact]
    public void The_rooms_that_are_looked_through_are_those_of_the_house()
    {
        var rooms = new Rooms(Repository.Files("src", "*.cs").Select(Repository.Read)).Imports;

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

        Assert.Equal(["CvpActors.A", "CvpActors.B", "CvpActors.C", "CvpActors.A"], new Rooms(three).FindCircle());
        Assert.NotEmpty(new Rooms(parent).FindCircle());
        Assert.Empty(new Rooms(three[..2]).FindCircle());
    }

    [Fact]
    public void No_source_file_has_more_than_400_lines() =>
        Assert.All(Repository.Files("src", "*.cs"), file => Assert.InRange(File.ReadLines(Repository.At(file)).Count(), 1, LongestFile));
}
