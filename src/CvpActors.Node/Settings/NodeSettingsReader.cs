using System.Collections.Immutable;
using Akka.Configuration;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Retries;
using Serilog.Events;

namespace CvpActors.Node.Settings;

/// <summary>Reads and checks the section <c>cvp-actors</c>.</summary>
internal static class NodeSettingsReader
{
    private const string Root = "cvp-actors";

    /// <exception cref="SettingsException">Something in it cannot be used.</exception>
    public static NodeSettings Read(Config config)
    {
        var root = new SettingsSection(Root, config.GetValue(Root));
        var dataDirectory = Path.GetFullPath(root.OptionalText("data-directory") ?? "data");
        var url = ReadUrl(root.Section("http"));
        var log = ReadLog(root.Section("log"));
        var policy = PolicySettings.Read(root.Section("policy"));
        var databases = root.Section("databases").NamedSections()
            .Select(d => DatabaseSettingsReader.Read(d.Name, d.Section, policy))
            .ToImmutableArray();
        var alerts = AlertSettingsReader.Read(root);
        var demo = root.Has("demo") ? ReadDemo(root.Section("demo"), databases) : null;
        root.RefuseOthers();
        RefuseSharedDirectories(databases);
        return new NodeSettings(dataDirectory, url, log, databases, alerts, demo);
    }

    private static Uri ReadUrl(SettingsSection http)
    {
        var text = http.OptionalText("url") ?? "http://127.0.0.1:9080";
        http.RefuseOthers();
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.AbsolutePath == "/"
            ? url
            : throw new SettingsException(http.KeyPath("url"), $"\"{text}\" is not a listening address; allowed: http://HOST:PORT, such as http://127.0.0.1:9080");
    }

    private static LogSettings ReadLog(SettingsSection log)
    {
        var level = log.OneOf("level", LogEventLevel.Information,
            ("debug", LogEventLevel.Debug), ("info", LogEventLevel.Information), ("warning", LogEventLevel.Warning), ("error", LogEventLevel.Error));
        var file = log.OptionalText("file");
        log.RefuseOthers();
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
        demo.RefuseOthers();
        return settings;
    }

    /// <summary>Two databases in one directory would rotate each other's files away.</summary>
    private static void RefuseSharedDirectories(ImmutableArray<DatabaseSettings> databases)
    {
        foreach (var shared in databases.GroupBy(d => Path.TrimEndingDirectorySeparator(d.BackupDirectory)).Where(g => g.Count() > 1))
        {
            var (first, second) = (shared.First(), shared.Last());
            throw new SettingsException($"{second.KeyPath}.backup.directory",
                $"{shared.Key} is also the directory of \"{first.Definition.Id}\"; allowed: a directory of its own for each database");
        }
    }
}

/// <summary>The section <c>policy</c>: the durations of rules 4 and 7.</summary>
internal sealed record PolicySettings(RetryPolicy Backup, RetryPolicy Purge, TimeSpan LockMaxAge)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public static PolicySettings Read(SettingsSection policy)
    {
        var backup = ReadRetry(policy.Section("backup"), RetryPolicy.Backup);
        var purge = ReadRetry(policy.Section("purge"), RetryPolicy.Purge);
        var locks = policy.Section("lock");
        var maxAge = locks.Duration("max-age", DatabasePolicy.DefaultLockMaxAge, TimeSpan.FromSeconds(1), Longest);
        locks.RefuseOthers();
        policy.RefuseOthers();
        return new PolicySettings(backup, purge, maxAge);
    }

    private static RetryPolicy ReadRetry(SettingsSection section, RetryPolicy byDefault)
    {
        var interval = section.Duration("retry-interval", byDefault.Interval, Shortest, Longest);
        var window = section.Duration("retry-window", byDefault.Window, Shortest, Longest);
        section.RefuseOthers();
        return window >= interval
            ? new RetryPolicy(interval, window)
            : throw new SettingsException(section.KeyPath("retry-window"), $"{window:g} is shorter than retry-interval ({interval:g}); allowed: at least one interval");
    }
}
