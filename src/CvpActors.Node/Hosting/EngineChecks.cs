using CvpActors.Domain.Agents;
using CvpActors.Domain.Ports;
using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Lets each engine look at its database once at start, so that a wrong path is shown now and not at 2 a.m.</summary>
internal static class EngineChecks
{
    /// <exception cref="SettingsException">A database is not there or is not one of its engine's.</exception>
    public static async Task RunAsync(NodeSettings settings, IReadOnlyList<MaintainedDatabase> databases)
    {
        foreach (var (configured, database) in settings.Databases.Zip(databases))
        {
            try
            {
                await database.Engine.CheckAsync(CancellationToken.None);
            }
            catch (ReportingDatabaseException e)
            {
                throw new SettingsException(configured.Engine.LocationKey, $"{e.Message}; allowed: where a {database.Engine.Name} database is");
            }
        }
    }
}
