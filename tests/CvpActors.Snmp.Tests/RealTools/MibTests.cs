namespace CvpActors.Snmp.Tests.RealTools;

public sealed class MibTests : IDisposable
{
    private const string Root = ".1.3.6.1.4.1.8072.9999.9999";

    private readonly string _folder = Directory.CreateTempSubdirectory("cvp-mib-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Smilint_has_nothing_to_say_about_our_module()
    {
        var (exit, output, errors) = await Tool.RunAsync(
            "smilint", ["-l", "6", Path.Combine(BaseMibs.Ours, "CVPACTORS-MIB.txt")], BaseMibs.Environment(_folder));

        Assert.Equal((0, "", ""), (exit, output, errors));
    }

    [Theory]
    [InlineData("cvpActorsMIB", "")]
    [InlineData("cvpaAlertRaised", ".0.1")]
    [InlineData("cvpaAlertCleared", ".0.2")]
    [InlineData("cvpaCoordinatorNode.0", ".1.1.1.0")]
    [InlineData("cvpaOpenAlerts.0", ".1.1.4.0")]
    [InlineData("cvpaDatabaseOpenAlerts.'db'", ".1.2.1.1.16.100.98")]
    [InlineData("cvpaAlertNotificationId.0", ".1.3.1.0")]
    [InlineData("cvpaAlertText.0", ".1.3.8.0")]
    public async Task Snmptranslate_turns_names_into_the_identifiers_that_we_send_and_serve(string name, string below)
    {
        var environment = BaseMibs.Environment(_folder);
        Directory.CreateDirectory(Path.Combine(environment["SNMP_PERSISTENT_DIR"], "cert_indexes"));

        var (exit, output, errors) = await Tool.RunAsync("snmptranslate", ["-Pe", "-On", $"CVPACTORS-MIB::{name}"], environment);

        Assert.Equal((0, Root + below, ""), (exit, output.Trim(), errors));
    }
}
