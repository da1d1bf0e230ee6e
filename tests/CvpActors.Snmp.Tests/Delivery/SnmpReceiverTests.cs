using CvpActors.Snmp.Delivery;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Tests.Delivery;

public sealed class SnmpReceiverTests
{
    private static readonly SnmpReceiver Good = Samples.V3("nms.example.org:162", "inform", "alice", "authPriv");

    [Fact]
    public void Good_settings_have_no_problems()
    {
        Assert.Empty(Good.Validate());
        Assert.Empty(Samples.V2c("[::1]:162", "trap").Validate());
        Assert.Empty((Good with { SecurityLevel = "noAuthNoPriv", AuthPassphrase = Secret.None, PrivacyPassphrase = Secret.None }).Validate());
    }

    [Theory]
    [InlineData("nms")]
    [InlineData("nms:")]
    [InlineData(":162")]
    [InlineData("nms:0")]
    [InlineData("nms:65536")]
    [InlineData("::1:162")]
    [InlineData("n m s:162")]
    [InlineData("")]
    public void An_address_without_host_and_port_is_refused(string address) => AssertProblem(Good with { Address = address }, "address");

    [Fact]
    public void A_passphrase_under_8_octets_is_refused()
    {
        AssertProblem(Good with { AuthPassphrase = new Secret("seven77") }, "auth-passphrase", "has 7 octets", "8 octets or more");
        AssertProblem(Good with { PrivacyPassphrase = new Secret("seven77") }, "privacy-passphrase", "has 7 octets", "8 octets or more");
        AssertProblem(Good with { PrivacyPassphrase = Secret.None }, "privacy-passphrase", "is missing", "8 octets or more");
    }

    [Theory]
    [InlineData("MD5")]
    [InlineData("SHA-224")]
    [InlineData("")]
    public void An_unknown_auth_algorithm_is_refused_with_the_known_ones(string name) =>
        AssertProblem(Good with { AuthAlgorithm = name }, "auth-algorithm", name, "SHA-1, SHA-256, SHA-384, SHA-512");

    [Theory]
    [InlineData("DES")]
    [InlineData("AES-192")]
    public void An_unknown_privacy_algorithm_is_refused_with_the_known_ones(string name) =>
        AssertProblem(Good with { PrivacyAlgorithm = name }, "privacy-algorithm", name, "AES-128, AES-256");

    [Fact]
    public void Every_other_wrong_setting_is_named_as_well()
    {
        AssertProblem(Good with { Version = "v1" }, "version", "v1", "v2c, v3");
        AssertProblem(Good with { Kind = "page" }, "kind", "page", "trap, inform");
        AssertProblem(Good with { Profile = "acme" }, "profile", "acme", "cisco-cvp, cvp-actors");
        AssertProblem(Good with { BaseOid = "1.x" }, "base-oid", "1.x", "1.3.6.1.4.1.8072.9999.9999");
        AssertProblem(Good with { SecurityLevel = "high" }, "security-level", "high", "noAuthNoPriv, authNoPriv, authPriv");
        AssertProblem(Good with { User = "" }, "user", "is missing", "1 to 32 octets");
        AssertProblem(Good with { User = new string('u', 33) }, "user", "33 octets", "1 to 32 octets");
        AssertProblem(Good with { Timeout = TimeSpan.Zero }, "timeout", "00:00:00", "0.1 s to 5 minutes");
        AssertProblem(Good with { Retries = -1 }, "retries", "-1", "0 to 20");
        AssertProblem(Samples.V2c("nms:162", "trap") with { Community = Secret.None }, "community", "is missing", "v2c");
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = (Good with { Version = "v3", AuthAlgorithm = "MD5", PrivacyPassphrase = new Secret("x"), Retries = 99 }).Validate();

        Assert.Equal(["retries", "auth-algorithm", "privacy-passphrase"], problems.Select(p => p.Key));
    }

    [Fact]
    public void A_channel_for_wrong_settings_is_refused_without_their_secrets()
    {
        var problem = Assert.Throws<ArgumentException>(() => Samples.Channel(Good with { AuthPassphrase = new Secret("hushhus") }));

        Assert.Contains("auth-passphrase has 7 octets", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_print_without_their_secrets()
    {
        var printed = (Good with { Community = new Secret("my-community") }).ToString();

        Assert.Contains("alice", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("my-community", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Samples.AuthPassphrase, printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Samples.PrivacyPassphrase, printed, StringComparison.Ordinal);
    }

    private static void AssertProblem(SnmpReceiver receiver, string key, string problem = "", string allowed = "")
    {
        var found = Assert.Single(receiver.Validate());
        Assert.Equal(key, found.Key);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
        Assert.Contains(allowed, found.Allowed, StringComparison.Ordinal);
    }
}
