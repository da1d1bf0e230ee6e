using CvpActors.Engines.Informix;
using CvpActors.Node.Configuration;
using CvpActors.Node.Engines.Informix;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Offline;

/// <summary>
/// Looks at an Informix server with the very questions of a backup and a purge, those that only read, and says what was seen beside what is expected. Changes
/// nothing; a node may be running.
/// </summary>
public static class DatabaseInspection
{
    /// <summary>Looks at one database of a configuration.</summary>
    /// <param name="files">HOCON files, one or more; a later one wins.</param>
    /// <param name="database">Which one; null where only one is an Informix database.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SettingsException">The configuration cannot be used, or has no such database.</exception>
    public static IAsyncEnumerable<SeenStep> RunAsync(IReadOnlyList<string> files, string? database, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        var settings = NodeSettingsReader.Read(ConfigurationFiles.Load(files), EngineModules.All);
        var there = settings.Databases.Where(d => d.Engine is ConfiguredInformix && (database is null || d.Id == database)).ToList();
        if (there.Count != 1)
        {
            var all = settings.Databases.Where(d => d.Engine is ConfiguredInformix).Select(d => d.Id).ToList();
            throw new SettingsException(
                "cvp-actors.databases",
                $"{(database is null ? $"has {all.Count} databases with engine = informix" : $"has no \"{database}\" with engine = informix")}; allowed: --database with one of {(all.Count == 0 ? "(none)" : string.Join(", ", all))}");
        }

        return StepsAsync(there[0], time);
    }

    private static async IAsyncEnumerable<SeenStep> StepsAsync(DatabaseSettings database, TimeProvider time)
    {
        var inspection = new InformixInspection(((ConfiguredInformix)database.Engine).Options, database.Plan, time);
        await foreach (var step in inspection.RunAsync(database.BackupDirectory))
        {
            yield return new SeenStep(step.Asked, step.Expected, step.Seen, step.Good);
        }
    }
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Asked">What was run.</param>
/// <param name="Expected">What is needed.</param>
/// <param name="Seen">What there was.</param>
/// <param name="Good">Whether that will do.</param>
public sealed record SeenStep(string Asked, string Expected, string Seen, bool Good);
