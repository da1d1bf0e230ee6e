using System.Net;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests.Cluster;

/// <summary>
/// Three nodes as processes, each a coordinator and a reporting node with a database of its own (<c>db-1</c> to <c>db-3</c>), on one
/// PostgreSQL. Databases have old calls, and purge them so slowly that a purge lasts as long as a test wants.
/// </summary>
internal sealed class ClusterSite : IAsyncDisposable
{
    public const int Size = 3;

    private static readonly TimeSpan FormsWithin = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("cvpactors-cluster-").FullName;
    private readonly int[] _ports = [.. Enumerable.Range(0, Size * 2).Select(_ => PostgresServer.FreePort())];
    private readonly NodeProcess?[] _nodes = new NodeProcess?[Size];

    public PostgresServer Postgres { get; } = new();

    public NodeProcess this[int number] => _nodes[number - 1] ?? throw new InvalidOperationException($"node {number} does not run");

    /// <summary>Starts all nodes and waits until each knows of every database.</summary>
    public static async Task<ClusterSite> StartAsync()
    {
        var site = new ClusterSite();
        try
        {
            await Task.WhenAll(Enumerable.Range(1, Size).Select(site.StartNodeAsync));
            await site.FormedAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async Task StartNodeAsync(int number)
    {
        if (_nodes[number - 1] is { } former)
        {
            await former.DisposeAsync();
        }

        _nodes[number - 1] = await NodeProcess.StartAsync(_root, Arguments(number));
    }

    /// <summary>Starts a node that is expected to end by itself.</summary>
    public Task<(int ExitCode, IReadOnlyList<string> Errors)> RunToEndAsync(int number, string over)
    {
        var file = Path.Combine(_root, $"over-{number}.conf");
        File.WriteAllText(file, over);
        return NodeProcess.RunToEndAsync(_root, [.. Arguments(number), "--config", file]);
    }

    /// <summary>Waits until every node of <paramref name="numbers"/> sees all databases connected.</summary>
    public async Task FormedAsync(params int[] numbers)
    {
        foreach (var number in numbers.Length > 0 ? numbers : [1, 2, 3])
        {
            await Eventually.SeesAsync($"three connected databases at node {number}", () => ConnectedAsync(number), count => count == Size, FormsWithin);
        }
    }

    /// <summary>The number of the node that coordinates, as another one sees it.</summary>
    public async Task<int> CoordinatorAsync(int seenFrom) =>
        int.Parse((await ClusterAsync(seenFrom)).Text("coordinator")!.Split('-')[^1]);

    public Task<JsonElement> ClusterAsync(int seenFrom) => this[seenFrom].Api.GetAsync("/api/v1/cluster");

    public static string Database(int number) => $"/api/v1/databases/db-{number}";

    public Uri Url(int number) => new($"http://127.0.0.1:{_ports[Size + number - 1]}/");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.OfType<NodeProcess>())
        {
            node.Thaw();
            await node.DisposeAsync();
        }

        Postgres.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private async Task<int> ConnectedAsync(int number)
    {
        var answer = await this[number].Api.SendAsync(HttpMethod.Get, "/api/v1/databases");
        return answer.Status == HttpStatusCode.OK ? answer.Json.List().Count(d => d.Text("agent") == "connected") : 0;
    }

    private string[] Arguments(int number)
    {
        var file = Path.Combine(_root, $"node-{number}.conf");
        if (!File.Exists(file))
        {
            new ReportingFile(Path.Combine(_root, $"db-{number}.db")).Create((200, 60), (5, 1));
            var seeds = string.Join(", ", _ports.Take(Size).Select(port => $"\"127.0.0.1:{port}\""));
            File.WriteAllText(file, $$"""
                cvp-actors {
                  data-directory = "data-{{number}}"
                  http.url = "{{Url(number)}}"
                  cluster {
                    name = "node-{{number}}"
                    address = "127.0.0.1:{{_ports[number - 1]}}"
                    seeds = [{{seeds}}]
                    roles = [coordinator, reporting]
                  }
                  journal.postgres.connection-string = "{{Postgres.ConnectionString}}"
                  databases.db-{{number}}.purge.batch {
                    rows = 1
                    pause = 200ms
                  }
                }

                """ + ReportingHocon.Database($"db-{number}", $"db-{number}.db", $"backup-{number}"));
        }

        return ["--config", file];
    }
}
