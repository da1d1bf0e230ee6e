using CvpActors.Node.Settings;

namespace CvpActors.Node.Tests.Settings;

public sealed class ClusterSettingsReaderTests
{
    private const string Postgres = "cvp-actors.journal.postgres.connection-string = \"Host=db.example;Database=cvp;Username=cvp\"\n";

    private const string Three = "\"127.0.0.1:4053\", \"127.0.0.1:4054\", \"127.0.0.1:4055\"";

    [Fact]
    public void A_node_without_the_section_is_alone_on_purpose() => Assert.Null(Sample.Read("").Cluster);

    [Fact]
    public void The_section_says_who_a_node_is_and_whom_it_joins()
    {
        var cluster = Sample.Read(Postgres + Section()).Cluster!;

        Assert.Equal(("site-a-1", new HostAndPort("127.0.0.1", 4053)), (cluster.Name, cluster.Address));
        Assert.Equal(cluster.Address, cluster.Bind);
        Assert.Equal([4053, 4054, 4055], cluster.Seeds.Select(s => s.Port));
        Assert.Equal([NodeRoles.Coordinator, NodeRoles.Reporting], cluster.Roles);
    }

    [Theory]
    [InlineData("name = \"Site A\"", "cvp-actors.cluster.name: \"Site A\" is not a name; allowed: up to 60 lower-case letters")]
    [InlineData("address = \"127.0.0.1\"", "cvp-actors.cluster.address: \"127.0.0.1\" is not an address; allowed: HOST:PORT")]
    [InlineData("address = \"127.0.0.1:0\"", "cvp-actors.cluster.address: \"127.0.0.1:0\" is not an address")]
    [InlineData("address = \"2001:db8::5:4053\"", "cvp-actors.cluster.address: \"2001:db8::5:4053\" is not an address")]
    [InlineData("seeds = []", "cvp-actors.cluster.seeds: ")]
    [InlineData("seeds = \"127.0.0.1:4053\"", "cvp-actors.cluster.seeds: is not a list of texts")]
    [InlineData("seeds = [\"127.0.0.1:4053\", \"127.0.0.1:4053\"]", "cvp-actors.cluster.seeds: names an address twice")]
    [InlineData("seeds = [\"127.0.0.1:4053\", \"127.0.0.1:4054\"]", "cvp-actors.cluster.seeds: names two coordinators, which are less available than one")]
    [InlineData("roles = [coordinator, boss]", "cvp-actors.cluster.roles: \"boss\" is not known; allowed: one or more of coordinator, remote, reporting")]
    [InlineData("roles = [remote]", "cvp-actors.cluster.roles: lacks reporting, and databases are configured")]
    [InlineData("bind = \"0.0.0.0:4053\"", "cvp-actors.cluster.tls: is missing, and 0.0.0.0:4053 can be reached from other machines")]
    [InlineData("tls.certificate-file = \"nowhere.crt\"", "cvp-actors.cluster.tls.certificate-file: ")]
    [InlineData("nmae = x", "cvp-actors.cluster.nmae: unknown key")]
    public void What_cannot_be_a_cluster_is_named_with_what_is_allowed(string over, string error) =>
        Assert.StartsWith(error, Sample.ErrorOf(Postgres + Section() + $"\ncvp-actors.cluster.{over}"), StringComparison.Ordinal);

    [Fact]
    public void Two_coordinators_may_be_insisted_on() =>
        Assert.Equal(2, Sample.Read(Postgres + Section() + "\ncvp-actors.cluster.seeds = [\"127.0.0.1:4053\", \"127.0.0.1:4054\"]\ncvp-actors.cluster.accept-two-seeds = on")
            .Cluster!.Seeds.Length);

    [Fact]
    public void A_coordinator_beside_others_needs_a_journal_that_they_share() =>
        Assert.StartsWith("cvp-actors.cluster.roles: a coordinator beside others needs the journal that they share", Sample.ErrorOf(Section()), StringComparison.Ordinal);

    [Fact]
    public void One_coordinator_among_reporting_nodes_may_keep_its_journal_in_a_file() =>
        Assert.Single(Sample.Read(Section() + "\ncvp-actors.cluster.seeds = [\"127.0.0.1:4053\"]").Cluster!.Seeds);

    [Theory]
    [InlineData("Host=db;Database=cvp;Password=secret", "cvp-actors.journal.postgres.connection-string: holds a password")]
    [InlineData("Database=cvp", "cvp-actors.journal.postgres.connection-string: names no host or no database")]
    [InlineData("Hots=db", "cvp-actors.journal.postgres.connection-string: cannot be read")]
    public void A_connection_string_that_cannot_be_used_is_named_without_its_secrets(string text, string error)
    {
        var line = Sample.ErrorOf($"cvp-actors.journal.postgres.connection-string = \"{text}\"");

        Assert.StartsWith(error, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    private static string Section() => $$"""
        cvp-actors.cluster {
          name = "site-a-1"
          address = "127.0.0.1:4053"
          seeds = [{{Three}}]
          roles = [coordinator, reporting]
        }
        """;
}
