using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class StoppingTests
{
    /// <summary>The node promises 2 s; more is for a machine that is busy with other tests.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ctrl_C_stops_the_node_at_once_and_without_an_error(bool duringRun)
    {
        await using var site = new Site().WithSlowPurge();
        site.Database.Create((300, 60));
        var node = await site.StartAsync();
        var purge = duringRun ? await node.Api.StartPurgeAndSeeItDeleteAsync() : null;

        Assert.Equal(0, await node.InterruptAsync(AtOnce));
        Assert.Empty(node.Errors);
        Assert.DoesNotContain(node.Output, line => line.Contains(" ERR ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));

        node = await site.StartAsync();
        await node.Api.FreeLockAsync();
        if (purge is not null)
        {
            Assert.Equal("cancelled", (await node.Api.AttemptAsync(purge)).Text("state"));
        }
    }

    [Fact]
    public async Task Each_start_begins_a_higher_epoch_and_keeps_the_history()
    {
        await using var site = new Site();
        site.Database.Create((3, 60));
        var epochs = new List<long>();
        var node = await site.StartAsync();
        var backup = await node.Api.RunAsync("backup");
        for (var i = 0; i < 3; i++)
        {
            var cluster = await node.Api.GetAsync("/api/v1/cluster");
            epochs.Add(cluster.Number("epoch"));
            Assert.Equal("up", Assert.Single(cluster.List("members")).Text("status"));
            node = await site.KillAndStartAsync();
        }

        Assert.Equal(epochs.Distinct().Order(), epochs);
        Assert.Equal(backup.ToString(), (await node.Api.AttemptAsync(backup.Text("id")!)).ToString());
    }
}
