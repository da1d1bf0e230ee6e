using System.Net;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class InterlockTests
{
    [Fact]
    public async Task A_purge_deletes_nothing_until_there_is_a_verified_backup_and_says_so()
    {
        await using var site = new Site().Configure("cvp-actors.databases.reporting.purge.requires-verified-backup-within = 26h");
        site.Database.Create((3, 60), (2, 1));
        var api = (await site.StartAsync()).Api;

        var refused = await api.PostAsync($"{NodeApi.Database}/purges");
        refused.IsProblem(HttpStatusCode.Conflict, "not-possible");
        Assert.Equal(5, site.Database.Count("call"));
        await api.RunAsync("purge", """{ "dryRun": true }""");

        await api.RunAsync("backup");
        await api.RunAsync("purge");
        Assert.Equal(2, site.Database.Count("call"));
    }
}
