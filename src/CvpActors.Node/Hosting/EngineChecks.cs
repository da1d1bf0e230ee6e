using CvpActors.Domain.Agents;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Lets each engine look at its database once at start, so that a wrong path is shown now and not at 2 a.m.</summary>
internal static class EngineChecks
{
    /// <returns>What can not be done with them all the same, and the way out, a line each.</returns>
    /// <exception cref="SettingsException">A database is not there or is not one of its engine's, or has not what its categories name.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(NodeSettings settings, IReadOnlyList<MaintainedDatabase> databases)
    {
        var limits = new List<string>();
        foreach (var (configured, database) in settings.Databases.Zip(databases))
        {
            try
            {
                await database.Engine.CheckAsync(CancellationToken.None);
                limits.AddRange(database.Engine.FindLimits().Select(limit => $"{database.Id}: {limit}"));
                await (database.Purger?.CheckAsync(database.Plan, CancellationToken.None) ?? Task.CompletedTask);
                await (database.Driller?.CheckAsync(database.DrillExpectation.Checks, CancellationToken.None) ?? Task.CompletedTask);
            }
            catch (DrillCheckException e)
            {
                throw new SettingsException($"{configured.KeyPath}.drill.checks", e.Message);
            }
            catch (DatabaseUnreachableException e)
            {
                // A server that starts later than the node must not keep the node, and its other databases, from starting.
                limits.Add($"{database.Id}: {e.Message}; it is looked at again before each run");
            }
            catch (PurgePlanException e)
            {
                throw new SettingsException($"{configured.KeyPath}.purge.categories.{e.Category}", $"\"{e.Category}\" {e.Problem}");
            }
            catch (ReportingDatabaseException e)
            {
                throw new SettingsException(configured.Engine.LocationKey, $"{e.Message}; allowed: where a {database.Engine.Name} database is");
            }
        }

        return limits;
    }
}
