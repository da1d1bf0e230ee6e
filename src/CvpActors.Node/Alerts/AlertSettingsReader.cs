using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Node.Configuration;
using CvpActors.Snmp.Delivery;
using CvpActors.Snmp.Security;

namespace CvpActors.Node.Alerts;

/// <summary>Reads the sections <c>alerts</c>, <c>snmp</c> and <c>webhook</c>.</summary>
internal static class AlertSettingsReader
{
    public static AlertSettings Read(SettingsSection root)
    {
        var burst = ReadBurst(root.Section("alerts"));
        var snmp = root.Section("snmp");
        var receivers = snmp.SectionList("receivers").Select(ReadReceiver).ToImmutableArray();
        snmp.RefuseUnknownKeys();
        var webhook = root.Section("webhook");
        var webhooks = webhook.SectionList("receivers").Select(ReadWebhook).ToImmutableArray();
        webhook.RefuseUnknownKeys();
        RefuseTwins(snmp.KeyPath("receivers"), receivers.Select(r => r.Address));
        RefuseTwins(webhook.KeyPath("receivers"), webhooks.Select(WebhookAlertChannel.NameOf));
        return new AlertSettings(burst, receivers, webhooks);
    }

    private static BurstLimit ReadBurst(SettingsSection alerts)
    {
        var section = alerts.Section("burst");
        var burst = new BurstLimit(
            section.Number("notifications", BurstLimit.Default.Notifications, 1, 10_000),
            section.Duration("period", BurstLimit.Default.Period, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)));
        section.RefuseUnknownKeys();
        alerts.RefuseUnknownKeys();
        return burst;
    }

    private static SnmpReceiver ReadReceiver(SettingsSection section)
    {
        var plain = new SnmpReceiver { Address = section.Text("address") };
        var receiver = plain with
        {
            Version = section.OptionalText("version") ?? plain.Version,
            Kind = section.OptionalText("kind") ?? plain.Kind,
            Community = SecretReader.Read(section, "community", plainAllowed: true) is { } community ? new Secret(community) : plain.Community,
            User = section.OptionalText("user") ?? plain.User,
            SecurityLevel = section.OptionalText("security-level") ?? plain.SecurityLevel,
            AuthAlgorithm = section.OptionalText("auth-algorithm") ?? plain.AuthAlgorithm,
            AuthPassphrase = SecretReader.Read(section, "auth-passphrase") is { } auth ? new Secret(auth) : plain.AuthPassphrase,
            PrivacyAlgorithm = section.OptionalText("privacy-algorithm") ?? plain.PrivacyAlgorithm,
            PrivacyPassphrase = SecretReader.Read(section, "privacy-passphrase") is { } privacy ? new Secret(privacy) : plain.PrivacyPassphrase,
            Profile = section.OptionalText("profile") ?? plain.Profile,
            BaseOid = section.OptionalText("base-oid") ?? plain.BaseOid,
            Timeout = section.Duration("timeout", plain.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            Retries = section.Number("retries", plain.Retries, 0, 20),
        };
        section.RefuseUnknownKeys();
        return receiver.Validate() is [var first, ..]
            ? throw new SettingsException(section.KeyPath(first.Key), $"{first.Problem}; allowed: {first.Allowed}")
            : receiver;
    }

    private static WebhookSettings ReadWebhook(SettingsSection section)
    {
        var text = section.Text("url");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            throw new SettingsException(section.KeyPath("url"), "is not the address of a web service; allowed: https://HOST/PATH or http://HOST/PATH");
        }

        if (url.UserInfo.Length > 0)
        {
            throw new SettingsException(section.KeyPath("url"), "holds a user or a password, which would be shown; allowed: none, posts are signed instead");
        }

        var secret = SecretReader.Read(section, "secret")
            ?? throw new SettingsException(section.KeyPath("secret-file"), "is missing; allowed: secret-file or secret-env, the key that signs each post");
        var timeout = section.Duration("timeout", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        section.RefuseUnknownKeys();
        return secret.Length >= WebhookKey.ShortestText
            ? new WebhookSettings(url, new WebhookKey(secret), timeout)
            : throw new SettingsException(section.KeyPath("secret-file"), $"has {secret.Length} characters; allowed: {WebhookKey.ShortestText} or more");
    }

    /// <summary>What was delivered is remembered by receiver: two of one name could not be told apart.</summary>
    private static void RefuseTwins(string key, IEnumerable<string> names)
    {
        if (names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twin)
        {
            throw new SettingsException(key, $"{twin.Key} is listed twice; allowed: each receiver once");
        }
    }
}
