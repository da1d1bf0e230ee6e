using CvpActors.Domain.Alerts;

namespace CvpActors.Node.Tests.Settings;

public sealed class AlertSettingsReaderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cvp-secrets-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Nothing_but_the_log_is_told_by_default()
    {
        var alerts = Sample.Read("").Alerts;

        Assert.Empty(alerts.Snmp);
        Assert.Empty(alerts.Webhooks);
        Assert.Equal(BurstLimit.Default, alerts.Burst);
    }

    [Fact]
    public void A_receiver_of_v3_takes_its_passphrases_from_files_and_shows_them_nowhere()
    {
        var receiver = Sample.Read(Receiver($"""
            version = v3
            kind = inform
            user = nms
            auth-algorithm = "SHA-1"
            auth-passphrase-file = "{Secret("maplesyrup\n")}"
            privacy-passphrase-file = "{Secret("sugarmaple")}"
            """)).Alerts.Snmp.Single();

        Assert.Equal(("127.0.0.1:162", "nms", "SHA-1", "AES-128"), (receiver.Address, receiver.User, receiver.AuthAlgorithm, receiver.PrivacyAlgorithm));
        Assert.DoesNotContain("maple", receiver.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_may_come_from_an_environment_variable()
    {
        Environment.SetEnvironmentVariable("CVP_TEST_COMMUNITY", "operations");

        Assert.Single(Sample.Read(Receiver("community-env = CVP_TEST_COMMUNITY")).Alerts.Snmp);
    }

    [Theory]
    [InlineData("", "cvp-actors.snmp.receivers[0].community: is missing")]
    [InlineData("community-env = CVP_TEST_NOT_SET", "cvp-actors.snmp.receivers[0].community-env: the environment variable CVP_TEST_NOT_SET is not set")]
    [InlineData("community-file = \"/nowhere/at/all\"", "cvp-actors.snmp.receivers[0].community-file: /nowhere/at/all cannot be read")]
    [InlineData("community = a\ncommunity-env = b", "cvp-actors.snmp.receivers[0].community: is given in more than one way")]
    [InlineData("community = a\nversion = v1", "cvp-actors.snmp.receivers[0].version: is 'v1'; allowed: v2c, v3")]
    [InlineData("community = a\nfoo = 1", "cvp-actors.snmp.receivers[0].foo: unknown key; allowed here: address,")]
    [InlineData("version = v3\nuser = nms\nauth-algorithm = MD5", "cvp-actors.snmp.receivers[0].auth-algorithm: is 'MD5'; allowed: ")]
    [InlineData("version = v3\nuser = nms\nauth-passphrase = maplesyrup", "cvp-actors.snmp.receivers[0].auth-passphrase: unknown key; allowed here: ")]
    public void A_wrong_receiver_is_named_with_its_key(string settings, string expected) =>
        Assert.StartsWith(expected, Sample.ErrorOf(Receiver(settings)), StringComparison.Ordinal);

    [Fact]
    public void A_short_passphrase_is_refused_without_being_shown()
    {
        var error = Sample.ErrorOf(Receiver($"""
            version = v3
            user = nms
            auth-passphrase-file = "{Secret("shrt")}"
            """));

        Assert.StartsWith("cvp-actors.snmp.receivers[0].auth-passphrase: has 4 octets; allowed: 8", error, StringComparison.Ordinal);
        Assert.DoesNotContain("shrt", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[\n{\naddress = \"a:1\"\ncommunity = x\n}\n{\naddress = \"b:1\"\ncommunity = x\n}\n]")]
    [InlineData("[\n{\naddress = \"a:1\"\ncommunity = x\n},\n{\naddress = \"b:1\"\ncommunity = x\n}\n]")]
    [InlineData("[\n{\naddress = \"a:1\"\ncommunity = x\n}\n,\n{\naddress = \"b:1\"\ncommunity = x\n}\n]")]
    [InlineData("[ { address = \"a:1\", version = v2c, community = \"x\" }, { address = \"b:1\", community = \"x\" } ]")]
    public void Receivers_are_listed_with_commas_or_without(string list) =>
        Assert.Equal(["a:1", "b:1"], Sample.Read($"cvp-actors.snmp.receivers = {list}\n").Alerts.Snmp.Select(r => r.Address));

    [Fact]
    public void The_same_receiver_may_not_be_listed_twice() =>
        Assert.Contains("127.0.0.1:162 is listed twice", Sample.ErrorOf("""
            cvp-actors.snmp.receivers = [
              {
                address = "127.0.0.1:162"
                community = a
              }
              {
                address = "127.0.0.1:162"
                community = b
              }
            ]
            """), StringComparison.Ordinal);

    [Fact]
    public void A_webhook_needs_a_key_to_sign_with()
    {
        Assert.StartsWith("cvp-actors.webhook.receivers[0].secret-file: is missing", Sample.ErrorOf(Webhook("")), StringComparison.Ordinal);
        Assert.StartsWith("cvp-actors.webhook.receivers[0].secret-file: has 5 characters; allowed: 16 or more",
            Sample.ErrorOf(Webhook($"secret-file = \"{Secret("12345")}\"")), StringComparison.Ordinal);
        Assert.Single(Sample.Read(Webhook($"secret-file = \"{Secret("0123456789abcdef")}\"")).Alerts.Webhooks);
    }

    private string Secret(string text)
    {
        var file = Path.Combine(_directory, Path.GetRandomFileName());
        File.WriteAllText(file, text);
        return file;
    }

    private static string Receiver(string settings) => $"cvp-actors.snmp.receivers = [\n{{\naddress = \"127.0.0.1:162\"\n{settings}\n}}\n]";

    private static string Webhook(string settings) => $"cvp-actors.webhook.receivers = [\n{{\nurl = \"http://127.0.0.1:1/hook\"\n{settings}\n}}\n]";

    [Fact]
    public void Webhooks_that_could_not_be_told_apart_by_name_are_refused()
    {
        var secret = Secret("0123456789abcdef");
        var error = Sample.ErrorOf(
            $"cvp-actors.webhook.receivers = [\n{{\nurl = \"http://h/x?a=1\"\nsecret-file = \"{secret}\"\n}}\n{{\nurl = \"http://h/x?a=2\"\nsecret-file = \"{secret}\"\n}}\n]");

        Assert.Equal("cvp-actors.webhook.receivers: webhook:http://h/x is listed twice; allowed: each receiver once", error);
    }

    [Fact]
    public void A_password_in_a_webhooks_address_is_refused_without_being_shown()
    {
        var error = Sample.ErrorOf("cvp-actors.webhook.receivers = [\n{\nurl = \"http://user:hush@h/x\"\n}\n]");

        Assert.StartsWith("cvp-actors.webhook.receivers[0].url: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error, StringComparison.Ordinal);
    }
}
