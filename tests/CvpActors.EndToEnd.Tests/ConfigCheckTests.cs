using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

/// <summary>What <c>cvpctl config check</c> says of configurations that are good; of those that are not, see BadConfigurationTests.</summary>
public sealed class ConfigCheckTests
{
    [Fact]
    public async Task A_configuration_is_good_before_its_first_start_and_while_a_node_runs_with_it()
    {
        await using var site = new Site();
        site.Database.Create();

        var before = await site.CheckAsync();
        await site.StartAsync();
        var meanwhile = await site.CheckAsync();

        Assert.Equal((0, ""), (before.ExitCode, before.Errors));
        Assert.Equal(before, meanwhile);
        var line = Assert.Single(before.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{site.In("0.conf")} is good: a node on its own; 1 database (reporting); journal in {site.In("data")}; ", line, StringComparison.Ordinal);
    }
}
