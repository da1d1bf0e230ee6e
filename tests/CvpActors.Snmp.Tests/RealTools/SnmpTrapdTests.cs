using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Notifications;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Tests.RealTools;

/// <summary>Against a real snmptrapd: what it prints is compared with what was to be said, field by field.</summary>
public sealed class SnmpTrapdTests
{
    private const string Cvp = "1.3.6.1.4.1.9.9.590";

    private static readonly AlertNotification Difficult = Samples.BackupFailed with
    {
        Text = "Die Sicherung von \"reporting\" schlägt fehl: C:\\tmp ist voll",
    };

    public static TheoryData<string, string, string, string> Users() => new()
    {
        { "authPriv", "SHA-256", "AES-128", "SHA-256 {0} AES {1}" },
        { "authPriv", "SHA-1", "AES-128", "SHA {0} AES {1}" },
        { "authPriv", "SHA-384", "AES-128", "SHA-384 {0} AES {1}" },
        { "authPriv", "SHA-512", "AES-256", "SHA-512 {0} AES-256 {1}" },
        { "authPriv", "SHA-256", "AES-256", "SHA-256 {0} AES-256 {1}" },
        { "authPriv", "SHA-1", "AES-256", "SHA {0} AES-256 {1}" },
        { "authNoPriv", "SHA-256", "AES-128", "SHA-256 {0} AES {1}" },
        { "authNoPriv", "SHA-1", "AES-128", "SHA {0}" },
        { "noAuthNoPriv", "SHA-256", "AES-128", "" },
    };

    [Fact]
    public async Task A_v2c_trap_arrives_with_every_variable_of_the_CISCO_CVP_MIB()
    {
        await using var trapd = await SnmpTrapd.StartAsync("authCommunity log public");

        await Samples.Channel(Samples.V2c(trapd.Address, "trap")).DeliverAsync(Difficult, default);

        var notification = Assert.Single(await trapd.ReceivedAsync(1));
        Assert.StartsWith("TRAP2, SNMP v2c", notification.Kind, StringComparison.Ordinal);
        AssertDifficult(notification);
    }

    [Fact]
    public async Task A_v2c_inform_is_acknowledged()
    {
        await using var trapd = await SnmpTrapd.StartAsync("authCommunity log public");

        await Samples.Channel(Samples.V2c(trapd.Address, "inform")).DeliverAsync(Difficult, default);

        var notification = Assert.Single(await trapd.ReceivedAsync(1));
        Assert.StartsWith("INFORM, SNMP v2c", notification.Kind, StringComparison.Ordinal);
        AssertDifficult(notification);
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_v3_inform_is_acknowledged(string level, string auth, string privacy, string keys)
    {
        await using var trapd = await SnmpTrapd.StartAsync($"createUser alice {Keys(keys)}", $"authUser log alice {Lowest(level)}");
        var channel = Samples.Channel(Samples.V3(trapd.Address, "inform", "alice", level, auth, privacy));

        await channel.DeliverAsync(Difficult, default);
        await channel.DeliverAsync(Difficult with { Phase = AlertPhase.Cleared }, default);

        var received = await trapd.ReceivedAsync(2);
        Assert.All(received, n => Assert.StartsWith("INFORM, SNMP v3, user alice", n.Kind, StringComparison.Ordinal));
        AssertDifficult(received[0]);
        Assert.Equal("4011", received[1].Variables[2].Value);
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_v3_trap_arrives_under_our_own_engine_id(string level, string auth, string privacy, string keys)
    {
        var engine = Samples.Engine();
        await using var trapd = await SnmpTrapd.StartAsync(
            $"createUser -e {engine.EngineId} alice {Keys(keys)}", $"authUser log alice {Lowest(level)}");

        await Samples.Channel(Samples.V3(trapd.Address, "trap", "alice", level, auth, privacy), engine).DeliverAsync(Difficult, default);

        var notification = Assert.Single(await trapd.ReceivedAsync(1));
        Assert.StartsWith("TRAP2, SNMP v3, user alice", notification.Kind, StringComparison.Ordinal);
        AssertDifficult(notification);
    }

    [Fact]
    public async Task Our_restart_counts_a_boot_and_traps_go_on_arriving()
    {
        var store = new StateInMemory();
        var first = SnmpEngine.Start(store, TimeProvider.System);
        await using var trapd = await SnmpTrapd.StartAsync(
            $"createUser -e {first.EngineId} alice {Keys("SHA-256 {0} AES {1}")}", "authUser log alice priv");
        var receiver = Samples.V3(trapd.Address, "trap", "alice", "authPriv");

        await Samples.Channel(receiver, first).DeliverAsync(Difficult, default);
        await trapd.ReceivedAsync(1);
        await Samples.Channel(receiver, SnmpEngine.Start(store, TimeProvider.System)).DeliverAsync(Difficult, default);

        Assert.All(await trapd.ReceivedAsync(2), AssertDifficult);
    }

    [Fact]
    public async Task The_profile_of_our_own_carries_code_database_and_ids()
    {
        await using var trapd = await SnmpTrapd.StartAsync("authCommunity log public");
        var receiver = Samples.V2c(trapd.Address, "inform") with { Profile = "cvp-actors", BaseOid = "1.3.6.1.4.1.55555.7" };

        await Samples.Channel(receiver).DeliverAsync(Difficult, default);

        var variables = Assert.Single(await trapd.ReceivedAsync(1)).Variables;
        Assert.Equal(".1.3.6.1.4.1.55555.7.0.1", variables[1].Value);
        Assert.Equal(
            [.. Enumerable.Range(1, 8).Select(n => $"1.3.6.1.4.1.55555.7.1.3.{n}.0")], variables.Skip(2).Select(v => v.Oid));
        Assert.Equal(
            [Difficult.Id, "rep1", "reporting", "a1", "backup-failed", "3"], variables.Skip(2).Take(6).Select(SnmpTrapd.Text));
        Assert.Equal("07EA0B17020000002B0000", variables[8].Value);
        Assert.Equal(Difficult.Text, SnmpTrapd.Text(variables[9]));
    }

    [Theory]
    [InlineData("wrong-passphrase", Samples.PrivacyPassphrase, "alice", "wrong digest for user alice (AuthPriv): check the auth passphrase")]
    [InlineData(Samples.AuthPassphrase, "wrong-passphrase", "alice", "check that it runs, and the privacy passphrase")]
    [InlineData(Samples.AuthPassphrase, Samples.PrivacyPassphrase, "mallory", "does not know user mallory")]
    public async Task A_wrong_passphrase_or_user_is_a_failure_that_says_so(string auth, string privacy, string user, string expected)
    {
        await using var trapd = await SnmpTrapd.StartAsync($"createUser alice {Keys("SHA-256 {0} AES {1}")}", "authUser log alice priv");
        var receiver = Samples.V3(trapd.Address, "inform", user, "authPriv") with
        {
            AuthPassphrase = new Secret(auth),
            PrivacyPassphrase = new Secret(privacy),
            Retries = 0,
        };

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(
            () => Samples.Channel(receiver).DeliverAsync(Samples.BackupFailed, default));

        Assert.StartsWith($"snmp:{trapd.Address}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-passphrase", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Samples.AuthPassphrase, failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(trapd.Received());
    }

    [Fact]
    public async Task A_wrong_community_is_never_acknowledged()
    {
        await using var trapd = await SnmpTrapd.StartAsync("authCommunity log public");
        var receiver = Samples.V2c(trapd.Address, "inform") with
        {
            Community = new Secret("private-one"),
            Timeout = TimeSpan.FromMilliseconds(200),
            Retries = 1,
        };

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(
            () => Samples.Channel(receiver).DeliverAsync(Samples.BackupFailed, default));

        Assert.Contains("no acknowledgement after 2 tries", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("private-one", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(trapd.Received());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receiver_that_was_down_gets_the_inform_when_it_is_back(bool losesItsState)
    {
        await using var trapd = await SnmpTrapd.StartAsync($"createUser alice {Keys("SHA-256 {0} AES {1}")}", "authUser log alice priv");
        var receiver = Samples.V3(trapd.Address, "inform", "alice", "authPriv") with { Retries = 1 };
        var channel = Samples.Channel(receiver);
        await channel.DeliverAsync(Difficult, default);

        await trapd.StopAsync();
        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.DeliverAsync(Difficult, default));
        Assert.Contains("nothing listens at its port", failure.Message, StringComparison.Ordinal);

        // With its state kept, the receiver has one boot more; without, it is another engine altogether.
        if (losesItsState)
        {
            Directory.Delete(Path.Combine(trapd.Folder, "persistent"), recursive: true);
        }

        await trapd.StartAsync();
        await channel.DeliverAsync(Difficult, default);

        Assert.All(await trapd.ReceivedAsync(2), AssertDifficult);
    }

    [Fact]
    public async Task A_receiver_whose_clock_went_back_under_the_same_id_gets_the_inform_too()
    {
        await using var trapd = await SnmpTrapd.StartAsync(
            "engineID fixed-for-this-test", $"createUser alice {Keys("SHA-256 {0} AES {1}")}", "authUser log alice priv");
        var channel = Samples.Channel(Samples.V3(trapd.Address, "inform", "alice", "authPriv"));
        await trapd.StopAsync();
        await trapd.StartAsync();
        await channel.DeliverAsync(Difficult, default);

        // Its second boot is forgotten: it starts counting at one again.
        await trapd.StopAsync();
        Directory.Delete(Path.Combine(trapd.Folder, "persistent"), recursive: true);
        await trapd.StartAsync();
        await channel.DeliverAsync(Difficult, default);

        Assert.All(await trapd.ReceivedAsync(2), AssertDifficult);
    }

    private static string Keys(string format) => string.Format(null, format, $"\"{Samples.AuthPassphrase}\"", $"\"{Samples.PrivacyPassphrase}\"");

    private static string Lowest(string level) => level switch
    {
        "authPriv" => "priv",
        "authNoPriv" => "auth",
        _ => "noauth",
    };

    private static void AssertDifficult(ReceivedNotification notification)
    {
        var variables = notification.Variables;
        Assert.Equal(
            ["1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0", .. Enumerable.Range(1, 8).Select(n => $"{Cvp}.1.7.{n}.0")],
            variables.Select(v => v.Oid));
        Assert.InRange(SnmpTrapd.Number(variables[0]), 0, 60_000);
        Assert.Equal(("OID", $".{Cvp}.0.1"), (variables[1].Type, variables[1].Value));
        Assert.Equal(("Gauge32", "4010"), (variables[2].Type, variables[2].Value));
        Assert.Equal(["rep1", "CvpActors/reporting", "REPORTING_DB_BACKUP_FAILED"], variables.Skip(3).Take(3).Select(v => v.Value));
        Assert.Equal(("INTEGER", "1"), (variables[6].Type, variables[6].Value));
        Assert.Equal(("INTEGER", $"{(int)NotificationSeverity.Error}"), (variables[7].Type, variables[7].Value));
        Assert.Equal("07EA0B17020000002B0000", variables[8].Value);
        Assert.Equal(Difficult.Text, SnmpTrapd.Text(variables[9]));
    }
}
