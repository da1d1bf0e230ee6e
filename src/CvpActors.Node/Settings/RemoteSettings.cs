using System.Globalization;
using System.Text.RegularExpressions;
using CvpActors.Actors.Coordination;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Configuration;
using CvpActors.Shipping.Vault;

namespace CvpActors.Node.Settings;

/// <summary>The section <c>remote</c>: what this node keeps of other sites' databases.</summary>
/// <param name="Name">What the <c>offsite.remotes</c> of databases name.</param>
/// <param name="Directory">Where it is kept.</param>
/// <param name="Vault">How.</param>
/// <param name="Scrub">When everything is read again.</param>
/// <param name="BytesPerSecond">How fast bytes may arrive outside all windows; 0 for as fast as they come.</param>
/// <param name="Windows">Limits that hold between two times of the day.</param>
/// <param name="UploadAddress">Where bytes arrive; null for the HTTP bridge, where the cluster has no TLS.</param>
internal sealed record RemoteSettings(
    string Name,
    string Directory,
    VaultOptions Vault,
    ISchedule Scrub,
    long BytesPerSecond,
    IReadOnlyList<BandwidthWindow> Windows,
    HostAndPort? UploadAddress);

/// <summary>Reads and checks the section <c>remote</c>.</summary>
internal static partial class RemoteSettingsReader
{
    private const string EverySunday = "0 12 * * 0";
    private const int MostGenerations = 10_000;

    private static readonly TimeSpan LongestLock = TimeSpan.FromDays(3650);

    /// <param name="remote">The section.</param>
    /// <param name="cluster">The node's cluster; null when it is alone.</param>
    /// <exception cref="SettingsException">Something in it cannot be used.</exception>
    public static RemoteSettings Read(SettingsSection remote, ClusterSettings? cluster)
    {
        if (cluster is not null && !cluster.Roles.Contains(NodeRoles.Remote))
        {
            throw new SettingsException("cvp-actors.cluster.roles", $"lacks {NodeRoles.Remote}, and {remote.Path} is configured; allowed: {NodeRoles.Remote} among the roles, or no {remote.Path}");
        }

        var settings = new RemoteSettings(
            remote.Name("name"),
            Path.GetFullPath(remote.Text("directory")),
            new VaultOptions(
                ReadKeep(remote.Section("keep")),
                remote.Duration("lock-for", TimeSpan.Zero, TimeSpan.Zero, LongestLock),
                remote.OneOf("spare", true, ("on", true), ("off", false))),
            ReadScrub(remote.Section("scrub")),
            0,
            [],
            ReadUploadAddress(remote, cluster));
        var bandwidth = remote.Section("bandwidth");
        settings = settings with { BytesPerSecond = ReadRate(bandwidth, "limit", "0"), Windows = [.. bandwidth.SectionList("windows").Select(ReadWindow)] };
        bandwidth.RefuseUnknownKeys();
        remote.RefuseUnknownKeys();
        return settings;
    }

    private static KeepPolicy ReadKeep(SettingsSection keep)
    {
        var byDefault = KeepPolicy.Default;
        var policy = new KeepPolicy(
            keep.Number("last", byDefault.Last, 1, MostGenerations),
            keep.Number("daily", byDefault.Daily, 0, MostGenerations),
            keep.Number("weekly", byDefault.Weekly, 0, MostGenerations),
            keep.Number("monthly", byDefault.Monthly, 0, MostGenerations));
        keep.RefuseUnknownKeys();
        return policy;
    }

    private static CronSchedule ReadScrub(SettingsSection scrub)
    {
        var (line, zone) = (scrub.OptionalText("schedule") ?? EverySunday, scrub.OptionalText("time-zone") ?? "UTC");
        scrub.RefuseUnknownKeys();
        try
        {
            return CronSchedule.Parse(line, zone);
        }
        catch (FormatException e)
        {
            throw new SettingsException(scrub.KeyPath(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? "schedule" : "time-zone"), e.Message);
        }
    }

    /// <summary>With the cluster's certificates bytes come over TLS too, at a port of their own: the one after the cluster's unless configured.</summary>
    private static HostAndPort? ReadUploadAddress(SettingsSection remote, ClusterSettings? cluster)
    {
        var text = remote.OptionalText("address");
        if (cluster is not { Tls: not null })
        {
            return text is null
                ? null
                : throw new SettingsException(remote.KeyPath("address"), "is of use only where the cluster has TLS; allowed: cluster.tls, or no address (bytes come to the HTTP bridge then)");
        }

        return text is null ? cluster.Address with { Port = cluster.Address.Port + 1 } : HostAndPort.Parse(remote.KeyPath("address"), text);
    }

    private static BandwidthWindow ReadWindow(SettingsSection window)
    {
        var read = new BandwidthWindow(ReadTime(window, "from"), ReadTime(window, "to"), ReadRate(window, "limit", null));
        window.RefuseUnknownKeys();
        return read;
    }

    private static TimeOnly ReadTime(SettingsSection section, string key) =>
        section.Text(key) is var text && TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw new SettingsException(section.KeyPath(key), $"\"{text}\" is not a time of the day; allowed: HH:MM, such as 08:00");

    private static long ReadRate(SettingsSection section, string key, string? byDefault)
    {
        var text = section.OptionalText(key) ?? byDefault ?? section.Text(key);
        var match = RateForm().Match(text);
        if (text != "0" && !match.Success)
        {
            throw new SettingsException(section.KeyPath(key), $"\"{text}\" is not a rate; allowed: 0 for no limit, or a number and one of B/s, KiB/s, MiB/s, GiB/s, such as \"10 MiB/s\"");
        }

        return text == "0" ? 0 : (long)(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch
        {
            "B" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            _ => 1 << 30,
        });
    }

    [GeneratedRegex(@"^(\d{1,6}(?:\.\d{1,3})?) ?(B|KiB|MiB|GiB)/s$", RegexOptions.CultureInvariant)]
    private static partial Regex RateForm();
}
