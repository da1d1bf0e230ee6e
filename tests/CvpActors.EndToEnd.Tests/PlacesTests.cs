using System.Net;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests;

/// <summary>Whose a place is, whether it is the right one, who may read what is made there, and what it may be called.</summary>
public sealed class PlacesTests
{
    [Fact]
    public async Task A_backup_volume_that_is_not_mounted_after_a_restart_gets_no_backup_until_it_is_back()
    {
        await using var site = new Site();
        site.Database.Create((5, 60));
        var node = await site.StartAsync();
        await node.Api.RunAsync("backup");
        await node.Api.RunAsync("backup");
        await site.StopAsync();
        Directory.Move(site.Backups.Path, site.In("volume"));

        node = await site.StartAsync();
        foreach (var operation in new[] { "backup", "purge" })
        {
            var failed = await node.Api.EndOfAsync(await node.Api.StartAsync(operation));
            Assert.Equal("failed", failed.Text("state"));
            Assert.Contains("generation 2 of \"reporting\" was made there: is its volume mounted?", failed.Text("error"), StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(site.Backups.Path));
        Assert.Equal(5, site.Database.Count("call"));
        Directory.Delete(site.Backups.Path);
        Directory.Move(site.In("volume"), site.Backups.Path);

        await node.Api.RunAsync("backup");
        Assert.Equal(3, site.Backups.GenerationOfWhole(BackupDirectory.Current));
    }

    [Fact]
    public async Task Two_nodes_of_one_machine_never_maintain_one_file_under_two_ids()
    {
        await using var site = new Site();
        site.Database.Create((5, 60));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");

        // The second node comes through a link, with a data directory and a backup directory of its own.
        File.CreateSymbolicLink(site.In("link.db"), site.Database.Path);
        var other = site.In("other.conf");
        await File.WriteAllTextAsync(other, $"cvp-actors.data-directory = \"{site.In("other-data")}\"\ncvp-actors.http.url = \"http://127.0.0.1:0\"\n"
            + ReportingHocon.Database("second", site.In("link.db"), site.In("other-backup")));

        var (exitCode, errors) = await NodeProcess.RunToEndAsync(site.Root, ["--config", other]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("CvpActors.Node: cvp-actors.databases.second.sqlite.path: ", Assert.Single(errors), StringComparison.Ordinal);
        Assert.Contains("is maintained as \"reporting\"", errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_node_makes_is_no_more_readable_than_the_database()
    {
        await using var site = new Site();
        site.Database.Create((5, 60));
        var file = new FileInfo(site.Database.Path);
        const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
#pragma warning disable CA1416 // these tests run on Linux
        file.UnixFileMode = OwnersAlone;
#pragma warning restore CA1416
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");

        Assert.All(Directory.EnumerateFiles(site.Backups.Path), made => Assert.Equal(OwnersAlone, new FileInfo(made).UnixFileMode));
        Assert.All(new[] { site.Backups.Path, site.In("data") }, made => Assert.Equal(OwnersAlone | UnixFileMode.UserExecute, new DirectoryInfo(made).UnixFileMode));
    }

    [Theory]
    [InlineData("blank at the end ")]
    [InlineData("quo'te \\\"q\\\"")]
    [InlineData("q?u#a%41;Mode=Memory")]
    [InlineData("-rf")]
    [InlineData("new\\nline")]
    public async Task Any_name_is_a_name_wherever_a_path_is_configured(string hocon)
    {
        await using var site = new Site();
        site.Database.Create((5, 60));
        var name = hocon.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
        File.Move(site.Database.Path, site.In(name));
        site.Configure($"""
            cvp-actors.data-directory = "{site.In("d" + hocon)}"
            cvp-actors.log.file = "{site.In("l" + hocon)}/node.json"
            cvp-actors.databases.reporting.sqlite.path = "{site.In(hocon)}"
            cvp-actors.databases.reporting.backup.directory = "{site.In("b" + hocon)}"
            """);

        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        await api.RunAsync("purge");

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, $"{NodeApi.Database}/files/cvp_backup_data.old")).Status);
        Assert.Equal("full", (await api.StateAsync()).List("files")[0].Text("verified"));
        Assert.All(new[] { "d" + name, "l" + name, "b" + name }, made => Assert.True(Directory.Exists(site.In(made)), made));
    }
}
