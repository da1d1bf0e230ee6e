using CvpActors.Domain.Alerts;
using CvpActors.Node.Alerts;
using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;
using CvpActors.Snmp.Delivery;
using CvpActors.Snmp.Notifications;
using CvpActors.Snmp.Security;

namespace CvpActors.Node.Hosting;

/// <summary>Puts together the ways out for alerts: the log always, SNMP and webhooks as configured.</summary>
internal static class AlertComposition
{
    private const string EngineFile = "snmp-engine.json";

    /// <exception cref="SettingsException">The SNMP engine's state is damaged or cannot be written.</exception>
    public static AlertWays Compose(NodeSettings settings, TimeProvider time, ILoggerFactory logs)
    {
        var engine = settings.Alerts.Snmp.IsEmpty ? null : StartEngine(settings, time, logs);
        var pagers = Snmp(settings, engine, time).Concat(Webhooks(settings.Alerts, time));
        return new AlertWays(
            [new LogAlertChannel(logs.CreateLogger<LogAlertChannel>()), .. pagers.Select(c => new BurstLimitedChannel(c, settings.Alerts.Burst))],
            engine is not null && settings.Cluster is not null ? new AlertSender(engine.EngineId.ToHex(), engine.Boots, NodeConfiguration.SystemName) : null);
    }

    /// <summary>Whether what <see cref="Compose"/> reads can be read; starts and changes nothing.</summary>
    /// <exception cref="SettingsException">The SNMP engine's state is damaged.</exception>
    public static void Check(NodeSettings settings)
    {
        if (!settings.Alerts.Snmp.IsEmpty)
        {
            UseEngineFile(settings, file => file.Load());
        }
    }

    private static SnmpEngine StartEngine(NodeSettings settings, TimeProvider time, ILoggerFactory logs) =>
        UseEngineFile(settings, file =>
        {
            var engine = SnmpEngine.Start(file, time);
            logs.CreateLogger("CvpActors.Snmp").LogInformation(
                "SNMP engine id {EngineId}, boots {Boots}; receivers of v3 traps must know this id", engine.EngineId, engine.Boots);
            return engine;
        });

    private static T UseEngineFile<T>(NodeSettings settings, Func<EngineStateFile, T> use)
    {
        var path = Path.Combine(settings.DataDirectory, EngineFile);
        try
        {
            return use(new EngineStateFile(path));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException("cvp-actors.data-directory", $"{path}: {e.Message}; allowed: a file that is whole and writable");
        }
    }

    private static IEnumerable<IAlertChannel> Snmp(NodeSettings settings, SnmpEngine? engine, TimeProvider time) =>
        settings.Alerts.Snmp.Select(receiver => new SnmpAlertChannel(receiver, engine!, new NotificationSource(settings.Cluster is null ? Environment.MachineName : NodeConfiguration.SystemName, "CvpActors"), time));

    private static IEnumerable<IAlertChannel> Webhooks(AlertSettings alerts, TimeProvider time)
    {
        if (alerts.Webhooks.IsEmpty)
        {
            return [];
        }

        // Lives as long as the process. Redirects are not followed: a signed post goes where the administrator said.
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        return alerts.Webhooks.Select(webhook => new WebhookAlertChannel(webhook, http, time));
    }
}

/// <summary>The ways out for alerts.</summary>
/// <param name="Channels">One a receiver.</param>
/// <param name="Sender">Who this node would be to SNMP receivers as the first coordinator of a cluster; null when it is alone, or has none.</param>
internal sealed record AlertWays(IReadOnlyList<IAlertChannel> Channels, AlertSender? Sender);
