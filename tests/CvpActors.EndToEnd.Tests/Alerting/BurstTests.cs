using System.Text;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Snmp.Tests.RealTools;

namespace CvpActors.EndToEnd.Tests.Alerting;

public sealed class BurstTests
{
    private const int Databases = 40;
    private const int Allowed = 4;

    [Fact]
    public async Task Databases_that_fail_together_are_told_in_summaries_and_each_stays_in_the_record()
    {
        await using var trapd = await SnmpTrapd.StartAsync("authCommunity log,execute,net public");
        await using var site = new Site().WithReceivers(AlertingSite.Receiver(trapd.Address));
        site.Database.Create();
        var due = TimeProvider.System.GetUtcNow().AddSeconds(20);
        var databases = new StringBuilder($"cvp-actors.alerts.burst.notifications = {Allowed}\ncvp-actors.alerts.burst.period = 15s\ncvp-actors.policy.backup.retry-window = 1s\n");
        for (var i = 1; i <= Databases; i++)
        {
            new ReportingFile(site.In($"db{i}.db")).Create();
            databases.AppendLine($$"""
                cvp-actors.databases.db{{i}} {
                  engine = sqlite
                  sqlite.path = "{{site.In($"db{i}.db")}}"
                  backup.directory = "{{site.In($"backup{i}")}}"
                  backup.schedule = "{{due.Second}} {{due.Minute}} {{due.Hour}} * * *"
                }
                """);
        }

        var node = await site.Configure(databases.ToString()).StartAsync();
        for (var i = 1; i <= Databases; i++)
        {
            File.Delete(site.In($"db{i}.db"));
        }

        var alerts = await Eventually.SeesAsync("every alert, delivered to every receiver", node.Api.AlertsAsync, all =>
            all.Count == Databases && all.All(a => a.List("deliveries").All(d => d.Has("deliveredAt"))), TimeSpan.FromSeconds(150));

        Assert.Equal(Databases, alerts.Select(a => a.Text("database")).Distinct().Count());
        Assert.DoesNotContain(node.Output, l => l.Contains(" ERR ", StringComparison.Ordinal));
        var received = trapd.Received();
        Assert.True(received.Count <= 2 * Allowed, $"{received.Count} notifications");
        Assert.Contains("alerts told together", trapd.Log(), StringComparison.Ordinal);
    }
}
