using CvpActors.Testing;

namespace CvpActors.Benchmarks.Failover;

/// <summary>CvpActors, with some settings of how soon members give each other up.</summary>
/// <param name="place">Makes an empty directory for one trial.</param>
/// <param name="postgres">Where the journals are.</param>
/// <param name="node">The node's assembly.</param>
/// <param name="settings">The settings.</param>
/// <param name="freeze">How long a frozen node is frozen.</param>
internal sealed class ClusterContestant(Func<string> place, PostgresServer postgres, string node, DetectionSettings settings, TimeSpan freeze) : IContestant
{
    public string Name => settings.Name;

    public string? Describe(Scenario scenario) => scenario switch
    {
        Scenario.Kill => "kill -9, the coordinator's node, a job on it",
        Scenario.Terminate => "SIGTERM, the coordinator's node, a job on it",
        Scenario.Freeze => $"SIGSTOP {freeze.TotalSeconds:0} s, the coordinator's node, a job on it",
        _ => $"SIGSTOP {freeze.TotalSeconds:0} s, a node with a job that does not coordinate",
    };

    public async Task<Trial> RunAsync(Scenario scenario)
    {
        var directory = place();
        using var trio = await NodeTrio.StartAsync(node, directory, postgres.CreateDatabase(Path.GetFileName(directory)), settings);
        return await new ClusterTrial(trio, scenario, freeze).RunAsync();
    }
}
