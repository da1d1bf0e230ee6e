using CvpActors.Node.Configuration;
using CvpActors.Node.Demo;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace CvpActors.Node.Offline;

/// <summary>
/// What a node looks at when it starts, without starting one: the same readers, so the same lines. Nothing is made, written or listened
/// on, and a node that runs with the same configuration is no obstacle. So whether ports are free, whether another node has the data
/// directory, whether other machines answer and what Akka thinks of its own keys is seen at the start only.
/// </summary>
public static class ConfigurationCheck
{
    /// <summary>Checks the files, laid over each other as those of several <c>--config</c>.</summary>
    /// <param name="files">HOCON files, one or more; a later one wins. Relative paths start at the working directory.</param>
    /// <param name="time">The clock, for schedules.</param>
    /// <exception cref="SettingsException">A node would refuse to start; the message is its line.</exception>
    public static async Task<ConfigurationReport> RunAsync(IReadOnlyList<string> files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        var configuration = ConfigurationFiles.Load(files);
        var settings = NodeSettingsReader.Read(configuration, EngineModules.All);
        DataDirectories.Check(settings);
        var there = settings with { Databases = [.. settings.Databases.Where(database => !IsMadeUpAtStart(database, settings))] };
        var limits = await EngineChecks.RunAsync(there, DatabaseComposition.Compose(there, time, NullLogger.Instance));
        var places = PlaceChecks.Run(settings).Where(place => place.IsWarning).Select(place => place.Line);
        AlertComposition.Check(settings);
        if (settings.Cluster?.Tls is { } tls)
        {
            ClusterCertificates.Load(tls);
        }

        return new ConfigurationReport(ConfigurationSummary.Of(settings), [.. Advice(settings, new NodeConfiguration(configuration), time), .. limits, .. places]);
    }

    private static bool IsMadeUpAtStart(DatabaseSettings database, NodeSettings settings) =>
        settings.Demo?.Database == database.Id && !File.Exists(DemoDatabase.PathOf(settings));

    private static IEnumerable<string> Advice(NodeSettings settings, NodeConfiguration configuration, TimeProvider time)
    {
        var advice = IdleAdvice.For(settings).Concat(ScheduleAdvice.For(settings, time.GetUtcNow())).Concat(SpacingAdvice.For(settings, time.GetUtcNow()));
        return configuration.SetsAkkaKeys
            ? advice.Append("akka: keys of Akka's own are set; whether Akka takes them is seen when the node starts")
            : advice;
    }
}
