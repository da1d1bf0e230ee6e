using System.Text;
using CvpActors.Node.Configuration;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;
using CvpActors.Node.Tests.Settings;

namespace CvpActors.Node.Tests.Hosting;

public sealed class IdleAdviceTests
{
    private const string Cluster = """
        cvp-actors.cluster {
          name = "a"
          address = "127.0.0.1:4053"
          seeds = ["127.0.0.1:4053"]
          roles = [ROLES]
        }
        """;

    [Fact]
    public void A_node_with_a_database_needs_no_advice() => Assert.Empty(IdleAdvice.For(Sample.Read("")));

    [Fact]
    public void A_node_on_its_own_without_databases_is_told_what_to_write() =>
        Assert.StartsWith("cvp-actors.databases: no database is configured, so this node backs up and purges nothing; name one as cvp-actors.databases.NAME",
            Assert.Single(IdleAdvice.For(Read("cvp-actors { }"))), StringComparison.Ordinal);

    [Fact]
    public void A_reporting_node_without_databases_is_told_what_to_write() =>
        Assert.Contains("though cvp-actors.cluster.roles has reporting", Assert.Single(IdleAdvice.For(Read(Cluster.Replace("ROLES", "coordinator, reporting", StringComparison.Ordinal)))), StringComparison.Ordinal);

    [Fact]
    public void A_coordinator_needs_no_databases() =>
        Assert.Empty(IdleAdvice.For(Read(Cluster.Replace("ROLES", "coordinator", StringComparison.Ordinal))));

    private static NodeSettings Read(string hocon) => NodeSettingsReader.Read(ConfigurationFiles.Parse("my.conf", Encoding.UTF8.GetBytes(hocon)), EngineModules.All);
}
