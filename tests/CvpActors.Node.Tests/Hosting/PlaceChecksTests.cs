using Akka.Configuration;
using CvpActors.Backups;
using CvpActors.Domain.Places;
using CvpActors.Files;
using CvpActors.Node.Configuration;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;
using CvpActors.Testing;

namespace CvpActors.Node.Tests.Hosting;

/// <summary>Two databases of one configuration that mean one file or one directory, however these are written.</summary>
public sealed class PlaceChecksTests : IDisposable
{
    private const string Second = "cvp-actors.databases.second";

    private readonly TempDirectory _directory = new();

    public PlaceChecksTests()
    {
        File.WriteAllText(_directory.File("first.db"), "");
        File.WriteAllText(_directory.File("second.db"), "");
        _directory.Sub("first");
        _directory.Sub("second");
        _directory.Sub("data/agents");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Places_of_their_own_are_in_order_and_empty_ones_are_told()
    {
        var news = PlaceChecks.Run(Settings());

        Assert.Equal(["first", "second"], news.Select(one => one.Line.Split(':')[0]));
        Assert.All(news, one => Assert.Contains("is empty; its first backup is made there", one.Line, StringComparison.Ordinal));
        Assert.All(news, one => Assert.False(one.IsWarning));
    }

    [Theory]
    [InlineData("first")]
    [InlineData("./second/../first/")]
    [InlineData("link")]
    [InlineData("folder/first")]
    public void One_backup_directory_for_two_is_refused_whatever_it_is_called(string directory)
    {
        Directory.CreateSymbolicLink(_directory.File("link"), _directory.File("first"));
        Directory.CreateSymbolicLink(_directory.File("folder"), _directory.Path);

        var refused = Assert.Throws<SettingsException>(() => PlaceChecks.Run(Settings(directory: directory)));

        Assert.StartsWith($"{Second}.backup.directory: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("is also the directory of \"first\"", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("first.db")]
    [InlineData("symbolic.db")]
    [InlineData("hard.db")]
    public void One_file_under_two_ids_is_refused_whatever_it_is_called(string file)
    {
        File.CreateSymbolicLink(_directory.File("symbolic.db"), _directory.File("first.db"));
        Assert.True(HardLink.TryCreate(_directory.File("first.db"), _directory.File("hard.db")));

        var refused = Assert.Throws<SettingsException>(() => PlaceChecks.Run(Settings(file: file)));

        Assert.StartsWith($"{Second}.sqlite.path: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("is also the database of \"first\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_of_another_clusters_database_is_refused_and_one_of_the_own_is_not()
    {
        Own("second", ["10.0.0.1:4053"]);
        const string Cluster = """
            cvp-actors.cluster {
              name = "site"
              address = "127.0.0.1:4053"
              seeds = ["127.0.0.1:4053"]
              roles = [coordinator, reporting]
            }
            cvp-actors.journal.postgres.connection-string = "Host=journal.example;Database=cvp;Username=cvp"

            """;

        var refused = Assert.Throws<SettingsException>(() => PlaceChecks.Run(Settings(more: Cluster)));
        Assert.StartsWith($"{Second}.backup.directory: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("of the cluster 10.0.0.1:4053", refused.Message, StringComparison.Ordinal);

        Own("second", ["10.0.0.1:4053", "127.0.0.1:4053"]);
        Assert.Single(PlaceChecks.Run(Settings(more: Cluster)));
    }

    [Fact]
    public void A_volume_that_is_not_mounted_is_told_and_stops_no_other_database()
    {
        File.WriteAllText(_directory.File("data/agents/second.backups.json"), $$"""{"generation":7,"directory":"{{_directory.File("second")}}"}""");

        var news = PlaceChecks.Run(Settings());

        var warning = Assert.Single(news, one => one.IsWarning);
        Assert.StartsWith("second: ", warning.Line, StringComparison.Ordinal);
        Assert.Contains("is its volume mounted?", warning.Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("second/cvp_backup_data.owner.json", "/proc/self/mem")]
    [InlineData("second", "second")]
    public void A_place_that_cannot_be_looked_at_is_told_and_stops_no_other_database(string name, string linkTo)
    {
        // Root reads whatever permissions keep from others, but neither its own memory at 0 nor a link to itself.
        if (Directory.Exists(_directory.File(name)))
        {
            Directory.Delete(_directory.File(name));
        }

        File.CreateSymbolicLink(_directory.File(name), linkTo);

        var news = PlaceChecks.Run(Settings());

        var warning = Assert.Single(news, one => one.IsWarning);
        Assert.StartsWith($"second: whose {_directory.File("second")} is cannot be seen (", warning.Line, StringComparison.Ordinal);
        Assert.Contains(news, one => one.Line.StartsWith("first: ", StringComparison.Ordinal));
    }

    private void Own(string database, string[] cluster)
    {
        var self = new PlaceOwner(database, [.. cluster]);
        var place = new BackupPlace(_directory.File(database), self, new BackupHistoryFile(_directory.File("none.json")));
        File.WriteAllText(Path.Combine(_directory.File(database), BackupPlace.AdoptName), "");
        place.Settle(place.Look());
    }

    private NodeSettings Settings(string file = "second.db", string directory = "second", string more = "") => NodeSettingsReader.Read(
        ConfigurationFactory.ParseString(
            more + $"cvp-actors.data-directory = \"{_directory.File("data")}\"\n"
            + ReportingHocon.Database("first", _directory.File("first.db"), _directory.File("first"))
            + ReportingHocon.Database("second", _directory.File(file), _directory.File(directory))),
        EngineModules.All);
}
