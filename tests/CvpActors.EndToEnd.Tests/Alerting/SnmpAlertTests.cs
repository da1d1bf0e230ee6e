using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Snmp.Tests.RealTools;

namespace CvpActors.EndToEnd.Tests.Alerting;

public sealed class SnmpAlertTests
{
    private const string Community = "authCommunity log,execute,net public";
    private const string CvpEvent = "1.3.6.1.4.1.9.9.590.0.1";
    private const string Variables = "1.3.6.1.4.1.9.9.590.1.7";

    [Fact]
    public async Task A_purge_that_is_given_up_reaches_the_nms_as_cisco_cvp_sends_it_and_its_clear_follows()
    {
        await using var trapd = await SnmpTrapd.StartAsync(Community);
        await using var site = AlertingSite.Create().WithReceivers(AlertingSite.Receiver(trapd.Address));
        var writer = site.Database.HoldWriteLock();
        var api = (await site.StartAsync()).Api;

        await api.FirstAlertAsync();
        var raised = (await trapd.ReceivedAsync(1))[0];
        writer.Dispose();
        await api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/pause");
        var cleared = (await trapd.ReceivedAsync(2))[1];

        Assert.Equal(["1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0", .. Enumerable.Range(1, 8).Select(i => $"{Variables}.{i}.0")], raised.Variables.Select(v => v.Oid));
        Assert.Equal($".{CvpEvent}", raised.Variables[1].Value);
        Assert.Equal(("4006", "REPORTING_DB_PURGE_FAILED", "1", "3"), Event(raised));
        Assert.Equal(("4007", "REPORTING_DB_PURGE_COMPLETED", "2", "6"), Event(cleared));
        Assert.Equal((Environment.MachineName, "CvpActors/reporting"), (Value(raised, 2), Value(raised, 3)));
        Assert.Contains("given up", Value(raised, 8), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_down_gets_what_it_missed_once_it_is_back_also_after_a_failover_and_the_other_no_second_copy()
    {
        await using var up = await SnmpTrapd.StartAsync(Community);
        await using var down = await SnmpTrapd.StartAsync(Community);
        await down.StopAsync();
        await using var site = AlertingSite.Create().WithReceivers(AlertingSite.Receiver(up.Address), AlertingSite.Receiver(down.Address));
        using var writer = site.Database.HoldWriteLock();
        var node = await site.StartAsync();

        await node.Api.FirstAlertAsync();
        await up.ReceivedAsync(1);
        var failing = await Eventually.SeesAsync("a failed delivery", () => DeliveryAsync(node.Api, down), d => d.Number("failedTries") > 0);
        Assert.Contains("nothing listens at its port", failing.Text("lastError"), StringComparison.Ordinal);
        Assert.True((await DeliveryAsync(node.Api, up)).Has("deliveredAt"));

        node = await site.KillAndStartAsync();
        await down.StartAsync();
        await Eventually.SeesAsync("a delivery", () => DeliveryAsync(node.Api, down), d => d.Has("deliveredAt"));

        await down.ReceivedAsync(1);
        await up.ReceivedAsync(1);
    }

    [Fact]
    public async Task An_alert_travels_authenticated_and_encrypted_and_its_secrets_appear_in_no_log()
    {
        await using var trapd = await SnmpTrapd.StartAsync("createUser cvp SHA-256 maplesyrup AES sugarmaple", "authUser log cvp authPriv");
        await using var site = AlertingSite.Create();
        File.WriteAllText(site.In("auth"), "maplesyrup\n");
        File.WriteAllText(site.In("privacy"), "sugarmaple\n");
        File.WriteAllText(site.In("wrong"), "not-the-passphrase\n");
        var v3 = "version = v3\nkind = inform\nuser = cvp\n";
        site.WithReceivers(
            AlertingSite.Receiver(trapd.Address, $"{v3}auth-passphrase-file = \"{site.In("auth")}\"\nprivacy-passphrase-file = \"{site.In("privacy")}\""),
            AlertingSite.Receiver($"localhost:{trapd.Port}", $"{v3}auth-passphrase-file = \"{site.In("wrong")}\"\nprivacy-passphrase-file = \"{site.In("privacy")}\""));
        using var writer = site.Database.HoldWriteLock();
        var node = await site.StartAsync();

        await node.Api.FirstAlertAsync();
        Assert.Contains("SNMP v3, user cvp", (await trapd.ReceivedAsync(1))[0].Kind, StringComparison.Ordinal);

        var refused = await Eventually.SeesAsync("a refused delivery", () => DeliveryAsync(node.Api, $"snmp:localhost:{trapd.Port}"), d => d.Number("failedTries") > 0);
        Assert.Contains("auth passphrase", refused.Text("lastError"), StringComparison.Ordinal);
        var written = string.Join('\n', [.. node.Output, .. node.Errors, .. Directory.EnumerateFiles(site.In("log")).Select(ReadShared)]);
        Assert.All(["maplesyrup", "sugarmaple", "not-the-passphrase"], secret => Assert.DoesNotContain(secret, written, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_test_tells_for_each_receiver_what_happened_and_is_sent_once_per_idempotency_key()
    {
        await using var trapd = await SnmpTrapd.StartAsync(Community);
        await using var site = AlertingSite.Create().WithReceivers(
            AlertingSite.Receiver(trapd.Address), AlertingSite.Receiver($"127.0.0.1:{Tool.FreePort()}"), AlertingSite.Receiver("no-such-host.invalid:162"));
        var api = (await site.StartAsync()).Api;

        var first = await api.PostAsync("/api/v1/alerts/test", idempotencyKey: "once");
        var second = await api.PostAsync("/api/v1/alerts/test", idempotencyKey: "once");

        Assert.Equal(first.Text, second.Text);
        Assert.Equal([true, true, false, false], first.Json.List("receivers").Select(r => r.At("delivered").GetBoolean()).OrderDescending());
        Assert.Contains(first.Json.List("receivers"), r => r.Text("error")?.Contains("does not resolve", StringComparison.Ordinal) == true);

        // The test and its end: nothing of it stays open at the NMS.
        var test = (await trapd.ReceivedAsync(2))[0];
        Assert.Equal(("4014", "REPORTING_DB_ALERT_MSG", "1", "6"), Event(test));
        Assert.StartsWith("test: ", Value(test, 8), StringComparison.Ordinal);
        Assert.Empty(await api.AlertsAsync());
    }

    private static (string Id, string Name, string State, string Severity) Event(ReceivedNotification n) =>
        (Value(n, 1), Value(n, 4), Value(n, 5), Value(n, 6));

    private static string Value(ReceivedNotification n, int column) => SnmpTrapd.Text(n.Variables.Single(v => v.Oid == $"{Variables}.{column}.0"));

    private static Task<JsonElement> DeliveryAsync(NodeApi api, SnmpTrapd trapd) => DeliveryAsync(api, $"snmp:{trapd.Address}");

    private static async Task<JsonElement> DeliveryAsync(NodeApi api, string receiver) =>
        (await api.AlertsAsync())[0].List("deliveries").Single(d => d.Text("receiver") == receiver && d.Text("phase") == "raised");

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
