using System.Text.Json;
using CvpActors.Benchmarks.Start;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Failover;

/// <summary>
/// Three nodes as processes, each a coordinator and a reporting node with a slow database of its own (<c>db-1</c> to <c>db-3</c>), on one journal;
/// killed and removed when disposed.
/// </summary>
internal sealed class NodeTrio : IDisposable
{
    private const int Size = 3;

    private readonly string _node;
    private readonly string _place;
    private readonly BuiltNode[] _processes = new BuiltNode[Size];
    private readonly Bridge[] _bridges = new Bridge[Size];

    private NodeTrio(string node, string place)
    {
        _node = node;
        _place = place;
    }

    public static IEnumerable<int> Numbers => Enumerable.Range(1, Size);

    /// <summary>Starts all three and waits until each knows of every database.</summary>
    /// <param name="node">The node's assembly.</param>
    /// <param name="place">An empty directory.</param>
    /// <param name="journal">How the journal's empty database is connected to.</param>
    /// <param name="settings">How soon they give each other up.</param>
    public static async Task<NodeTrio> StartAsync(string node, string place, string journal, DetectionSettings settings)
    {
        var trio = new NodeTrio(node, place);
        try
        {
            trio.Configure(journal, settings);
            foreach (var number in Numbers)
            {
                trio.Start(number);
            }

            await trio.FormedAsync();
            return trio;
        }
        catch
        {
            trio.Dispose();
            throw;
        }
    }

    public BuiltNode Process(int number) => _processes[number - 1];

    public Bridge Bridge(int number) => _bridges[number - 1];

    public static string Database(int number) => $"db-{number}";

    public string DatabaseFile(int number) => Path.Combine(_place, $"{Database(number)}.db");

    /// <summary>Starts a node, the first time or in the place of one that has ended.</summary>
    public void Start(int number) => _processes[number - 1] = BuiltNode.Start(_node, ConfigurationFile(number));

    /// <summary>Waits until every node sees all databases connected.</summary>
    public async Task FormedAsync()
    {
        foreach (var number in Numbers)
        {
            await Until.IsSoAsync($"three connected databases at node {number}", async () =>
                await Bridge(number).GetAsync("/api/v1/databases") is { } all
                && all.EnumerateArray().Count(database => database.GetProperty("agent").GetString() == "connected") == Size);
        }
    }

    /// <summary>Who coordinates, as the first node sees it.</summary>
    public async Task<(int Number, long Epoch)> CoordinatorAsync()
    {
        var cluster = await Until.SeenAsync("a coordinator", async () => await Bridge(1).GetAsync("/api/v1/cluster") is { } seen ? new Seen(seen) : null);
        return (cluster.Json.GetProperty("coordinator").GetString()![^1] - '0', cluster.Json.GetProperty("epoch").GetInt64());
    }

    public void Dispose()
    {
        foreach (var process in _processes.OfType<BuiltNode>())
        {
            process.Dispose();
        }

        foreach (var bridge in _bridges.OfType<Bridge>())
        {
            bridge.Dispose();
        }

        Directory.Delete(_place, recursive: true);
    }

    private void Configure(string journal, DetectionSettings settings)
    {
        var ports = Numbers.ToDictionary(number => number, _ => Ports.Free());
        var seeds = string.Join(", ", ports.Values.Select(port => $"\"127.0.0.1:{port}\""));
        foreach (var number in Numbers)
        {
            var http = Ports.Free();
            _bridges[number - 1] = new Bridge(http);
            SlowDatabase.Create(DatabaseFile(number));
            File.WriteAllText(ConfigurationFile(number), $$"""
                cvp-actors {
                  data-directory = "{{_place}}/data-{{number}}"
                  http.url = "http://127.0.0.1:{{http}}"
                  cluster {
                    name = "node-{{number}}"
                    address = "127.0.0.1:{{ports[number]}}"
                    seeds = [{{seeds}}]
                    roles = [coordinator, reporting]
                  }
                  journal.postgres.connection-string = "{{journal}}"
                }
                {{SlowDatabase.Configuration(Database(number), DatabaseFile(number), $"{_place}/backup-{number}")}}
                {{settings.Hocon}}
                """);
        }
    }

    private string ConfigurationFile(int number) => Path.Combine(_place, $"node-{number}.conf");

    private sealed record Seen(JsonElement Json);
}
