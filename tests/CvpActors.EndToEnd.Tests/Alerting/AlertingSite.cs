using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests.Alerting;

/// <summary>Sites whose purge cannot succeed while a writer holds the database, and the receivers of their alerts.</summary>
internal static class AlertingSite
{
    /// <summary>A purge every 10 s that gives up after <paramref name="retryWindow"/> while another program keeps the database locked.</summary>
    public static Site Create(string retryWindow = "3s")
    {
        var site = new Site().Configure($$"""
            cvp-actors {
              policy.purge.retry-window = {{retryWindow}}
              databases.reporting {
                sqlite.busy-timeout = 100ms
                purge.schedule = "*/10 * * * * *"
              }
            }
            """);
        site.Database.Create((5, 60));
        return site;
    }

    /// <summary>One receiver's section; informs of v2c unless <paramref name="settings"/> says otherwise.</summary>
    public static string Receiver(string address, string settings = "kind = inform\ncommunity = public") =>
        $"{{\naddress = \"{address}\"\ntimeout = 500ms\nretries = 1\n{settings}\n}}\n";

    public static Site WithReceivers(this Site site, params string[] receivers) =>
        site.Configure($"cvp-actors.snmp.receivers = [\n{string.Join(",\n", receivers)}]\n");

    /// <summary>Waits for the first alert and pauses the schedule, so that there is only that one.</summary>
    public static async Task<string> FirstAlertAsync(this NodeApi api)
    {
        var alert = (await Eventually.SeesAsync("an alert", api.AlertsAsync, alerts => alerts.Count > 0))[0];
        await api.SendAsync(HttpMethod.Put, $"{NodeApi.Database}/pause");
        return alert.Text("id")!;
    }
}
