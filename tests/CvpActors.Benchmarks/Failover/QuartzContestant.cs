using CvpActors.Testing;
using Npgsql;
using Child = CvpActors.Benchmarks.Support.Child;

namespace CvpActors.Benchmarks.Failover;

/// <summary>Three nodes of a Quartz.NET cluster on the same PostgreSQL, one of which runs the job and is struck.</summary>
/// <param name="name">What its rows say.</param>
/// <param name="postgres">Where the job stores are.</param>
/// <param name="checkIn">How soon a node counts as dead.</param>
/// <param name="freeze">How long a frozen node is frozen.</param>
internal sealed class QuartzContestant(string name, PostgresServer postgres, CheckIn checkIn, TimeSpan freeze) : IContestant
{
    /// <summary>Nodes check in at different moments: the blow falls anywhere between two check-ins of the default.</summary>
    private static readonly TimeSpan StruckWithin = TimeSpan.FromSeconds(7.5);

    private static int _databases;

    private readonly TimeProvider _time = TimeProvider.System;

    public string Name => name;

    public string? Describe(Scenario scenario) => scenario switch
    {
        Scenario.Kill => "kill -9, the node that runs the job",
        Scenario.Terminate => "SIGTERM, the node that runs the job",
        Scenario.Freeze => $"SIGSTOP {freeze.TotalSeconds:0} s, the node that runs the job",
        _ => null,
    };

    public async Task<Trial> RunAsync(Scenario scenario)
    {
        var connection = postgres.CreateDatabase($"quartz{++_databases}");
        await using var data = NpgsqlDataSource.Create(connection);
        await using (var create = data.CreateCommand(QuartzJob.Table))
        {
            await create.ExecuteNonQueryAsync();
        }

        var nodes = new Dictionary<string, Child>();
        try
        {
            foreach (var id in new[] { "a", "b", "c" })
            {
                nodes[id] = QuartzNode.Start(connection, id, checkIn);
                await nodes[id].LineAsync();
            }

            nodes["a"].Say("schedule");
            var runner = await Until.SeenAsync("the job's first step", () => FirstAsync(data, "SELECT node FROM step LIMIT 1"));
            await Task.Delay(StruckWithin * Random.Shared.NextDouble(), _time);
            return await StrikeAsync(scenario, nodes[runner].Id, data, runner);
        }
        finally
        {
            foreach (var node in nodes.Values)
            {
                node.Dispose();
            }
        }
    }

    private async Task<Trial> StrikeAsync(Scenario scenario, int process, NpgsqlDataSource data, string runner)
    {
        var at = _time.GetTimestamp();
        var thaw = Blow.Strike(scenario, process, freeze);
        await Until.SeenAsync("the job at another node", () => FirstAsync(data, $"SELECT node FROM step WHERE node <> '{runner}' LIMIT 1"));
        var nextRun = _time.GetElapsedTime(at);
        if (scenario == Scenario.Freeze)
        {
            await thaw;
            await Task.Delay(Timing.WatchAfterThaw, _time);
        }

        return new Trial(null, nextRun, null, await TwiceAtOnceAsync(data) ? 1 : 0);
    }

    /// <summary>Whether one execution took a step between the first and the last of another.</summary>
    private static async Task<bool> TwiceAtOnceAsync(NpgsqlDataSource data) => await FirstAsync(data, """
        SELECT step.run FROM step JOIN (SELECT run, min(at) AS first, max(at) AS last FROM step GROUP BY run) AS other
        ON other.run <> step.run AND step.at > other.first AND step.at < other.last LIMIT 1
        """) is not null;

    private static async Task<string?> FirstAsync(NpgsqlDataSource data, string query)
    {
        await using var command = data.CreateCommand(query);
        return (string?)await command.ExecuteScalarAsync();
    }
}
