using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class PurgeTests
{
    [Fact]
    public async Task A_purge_deletes_what_is_older_than_its_retention_and_a_dry_run_only_counts_it()
    {
        await using var site = new Site();
        site.Database.Create((40, 60), (20, 20), (10, 1));
        var api = (await site.StartAsync()).Api;

        var counted = await api.RunAsync("purge", """{ "dryRun": true }""");
        Assert.Equal((70, 70), (site.Database.Count("call"), site.Database.Count("callevent")));
        Assert.True(counted.At("dryRun").GetBoolean());
        Assert.Equal(100, counted.Number("result.purge.rows"));

        var purged = await api.RunAsync("purge");
        Assert.Equal((30, 10), (site.Database.Count("call"), site.Database.Count("callevent")));
        Assert.Equal([("callevent", 60L), ("call", 40L)],
            purged.List("result.purge.categories").Select(c => (c.Text("category")!, c.Number("rows"))));
        Assert.Equal(purged.Text("id"), (await api.StateAsync()).Text("purge.lastSuccess.id"));
    }
}
