using System.Collections.Immutable;
using Akka.Configuration;
using CvpActors.Node.Alerts;
using CvpActors.Node.Configuration;
using CvpActors.Node.Engines;
using Serilog.Events;

namespace CvpActors.Node.Settings;

/// <summary>Reads and checks the section <c>cvp-actors</c>.</summary>
internal static class NodeSettingsReader
{
    private const string Root = "cvp-actors";

    /// <param name="config">The administrator's configuration.</param>
    /// <param name="engines">The engines that it may name.</param>
    /// <exception cref="SettingsException">Something in it cannot be used.</exception>
    public static NodeSettings Read(Config config, IReadOnlyList<IEngineModule> engines)
    {
        var root = new SettingsSection(Root, config.GetValue(Root));
        var dataDirectory = Path.GetFullPath(root.OptionalText("data-directory") ?? "data");
        var (url, publicUrl, hosts) = ReadHttp(root.Section("http"));
        var journal = JournalSettings.Read(root.Section(JournalSettings.Section));
        var cluster = root.Has("cluster") ? ClusterSettingsReader.Read(root.Section("cluster"), sharedJournal: journal.Postgres is not null || config.HasPath(JournalSettings.AkkaKey)) : null;
        var log = ReadLog(root.Section("log"));
        var policy = PolicySettings.Read(root.Section("policy"));
        var databases = root.Section("databases").NamedSections()
            .Select(d => DatabaseSettingsReader.Read(d.Name, d.Section, policy, engines))
            .ToImmutableArray();
        var alerts = AlertSettingsReader.Read(root);
        var remote = root.Has("remote") ? RemoteSettingsReader.Read(root.Section("remote"), cluster) : null;
        var demo = root.Has("demo") ? ReadDemo(root.Section("demo"), databases) : null;
        root.RefuseUnknownKeys();
        if (cluster is not null && !cluster.Roles.Contains(NodeRoles.Reporting) && !databases.IsEmpty)
        {
            throw new SettingsException($"{Root}.cluster.roles", $"lacks {NodeRoles.Reporting}, and databases are configured; allowed: {NodeRoles.Reporting} among the roles, or no databases");
        }

        if (cluster is not null && cluster.Roles.Contains(NodeRoles.Remote) && remote is null)
        {
            throw new SettingsException($"{Root}.remote", $"is missing, and {Root}.cluster.roles has {NodeRoles.Remote}; allowed: remote.name and remote.directory, or no such role");
        }

        return new NodeSettings(dataDirectory, url, publicUrl, cluster, journal, policy.MaxConcurrent, log, databases, alerts, remote, demo) { HttpHosts = hosts };
    }

    private static (Uri Url, Uri? PublicUrl, ImmutableArray<string> Hosts) ReadHttp(SettingsSection http)
    {
        var url = ReadUrl(http, "url", "http://127.0.0.1:9080");
        var publicUrl = http.Has("public-url") ? ReadUrl(http, "public-url", "") : null;
        ImmutableArray<string> hosts = [.. http.TextList("hosts")];
        http.RefuseUnknownKeys();
        return hosts.FirstOrDefault(host => host != HostNames.Any && Uri.CheckHostName(host) == UriHostNameType.Unknown) is { } wrong
            ? throw new SettingsException(http.KeyPath("hosts"), $"\"{wrong}\" is not a host; allowed: names and addresses without a port, such as cvp.example, or \"{HostNames.Any}\" for any")
            : (url, publicUrl, hosts);
    }

    private static Uri ReadUrl(SettingsSection http, string key, string byDefault)
    {
        var text = http.OptionalText(key) ?? byDefault;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.AbsolutePath == "/"
            ? url
            : throw new SettingsException(http.KeyPath(key), $"\"{text}\" is not a listening address; allowed: http://HOST:PORT, such as http://127.0.0.1:9080");
    }

    private static LogSettings ReadLog(SettingsSection log)
    {
        var level = log.OneOf("level", LogEventLevel.Information,
            ("debug", LogEventLevel.Debug), ("info", LogEventLevel.Information), ("warning", LogEventLevel.Warning), ("error", LogEventLevel.Error));
        var file = log.OptionalText("file");
        log.RefuseUnknownKeys();
        return new LogSettings(level, file is null ? null : Path.GetFullPath(file));
    }

    private static DemoSettings ReadDemo(SettingsSection demo, ImmutableArray<DatabaseSettings> databases)
    {
        var name = demo.Text("database");
        if (!databases.Any(d => d.Definition.Id == name))
        {
            throw new SettingsException(demo.KeyPath("database"),
                $"\"{name}\" is not configured; allowed: {string.Join(", ", databases.Select(d => d.Definition.Id))}");
        }

        var settings = new DemoSettings(
            name,
            demo.Number("calls-per-day", 200, 1, 1_000_000),
            demo.Number("days", 45, 1, 3650),
            demo.Duration("new-call-every", TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)));
        demo.RefuseUnknownKeys();
        return settings;
    }
}
