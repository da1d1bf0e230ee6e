using System.Globalization;
using System.Text.Json.Nodes;

namespace CvpActors.Node.Demo;

/// <summary>
/// The demonstration of a cluster: three nodes as processes of this machine, of which the one that coordinates is killed while a purge runs.
/// Tells what happens in a dozen lines, and ends by itself.
/// </summary>
internal sealed class ClusterDemo(TimeProvider time)
{
    private const int Purged = 2;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly long _begun = time.GetTimestamp();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(15) };

    /// <exception cref="DemoFailedException">Something that was to be shown did not come.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var trio = DemoTrio.Create(time);
        Tell($"three nodes start, as processes of this machine; their logs are in {DemoTrio.Folder}");
        foreach (var number in DemoTrio.Numbers)
        {
            trio.Start(number);
        }

        await SeenAsync("a cluster of three", trio, 1, "/api/v1/databases",
            answer => answer is JsonArray { Count: DemoTrio.Size } all && all.All(d => Text(d, "agent") == "connected"), cancellation);
        var cluster = await SeenAsync("a coordinator", trio, 1, "/api/v1/cluster", _ => true, cancellation);
        var coordinator = NumberOf(Text(cluster, "coordinator"));
        var witness = DemoTrio.Numbers.First(n => n != coordinator && n != Purged);
        Tell($"they have formed a cluster; node-{coordinator} coordinates, in epoch {Text(cluster, "epoch")}");

        var purge = await PostAsync(trio, witness, $"{Database}/purges", cancellation);
        Tell($"a purge of db-{Purged} is asked for at node-{witness} and runs on node-{Purged}: {Text(purge, "attemptId")}, token {Text(purge, "token")}");

        var killedAt = time.GetTimestamp();
        trio.Kill(coordinator);
        Tell($"kill -9 of node-{coordinator}, which coordinates");
        var state = await SeenAsync("another coordinator", trio, witness, Database, answer => Text(answer, "agent") == "connected", cancellation);
        cluster = await SeenAsync("another coordinator", trio, witness, "/api/v1/cluster", _ => true, cancellation);
        Tell($"after {time.GetElapsedTime(killedAt).TotalSeconds:0.0} s {Text(cluster, "coordinator")} coordinates, in epoch {Text(cluster, "epoch")}; "
            + $"the lock is where it was: {Text(state["lock"], "attemptId")}, token {Text(state["lock"], "token")}");
        var refused = await PostAsync(trio, witness, $"{Database}/backups", cancellation);
        Tell($"a backup beside it is refused ({Text(refused, "type")}): {Text(refused, "detail")}");
        var again = await PostAsync(trio, witness, $"{Database}/purges", cancellation);
        Tell($"the first request once more, with its Idempotency-Key: {Text(again, "attemptId")} again, and nothing is started");

        var ended = await SeenAsync("the end of the purge", trio, witness, $"{Database}/attempts/{Text(purge, "attemptId")}", a => Text(a, "state") != "running", cancellation);
        Tell($"{Text(purge, "attemptId")} {Text(ended, "state")}: {Text(ended["result"]?["purge"], "rows")} rows deleted");
        trio.Start(coordinator);
        await SeenAsync("the node that was killed", trio, witness, $"/api/v1/databases/db-{coordinator}", d => Text(d, "agent") == "connected", cancellation);
        Tell($"node-{coordinator} was started again and is back; its database is served as before");
        Tell("that was it; the nodes are stopped");
    }

    private static string Database => $"/api/v1/databases/db-{Purged}";

    private static string Text(JsonNode? json, string key) => json?[key]?.ToString() ?? "";

    private static int NumberOf(string node) => int.Parse(node.Split('-')[^1], CultureInfo.InvariantCulture);

    private void Tell(string line) =>
        Console.WriteLine($"{time.GetElapsedTime(_begun).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),6} s  {line}");

    private async Task<JsonNode> SeenAsync(string what, DemoTrio trio, int at, string path, Func<JsonNode, bool> isIt, CancellationToken cancellation)
    {
        for (var begun = time.GetTimestamp(); time.GetElapsedTime(begun) < Patience; await Task.Delay(LookEvery, time, cancellation))
        {
            trio.CheckAlive();
            try
            {
                using var answer = await _http.GetAsync(trio.Url(at, path), cancellation);
                if (answer.IsSuccessStatusCode && JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation)) is { } json && isIt(json))
                {
                    return json;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet, or not any more.
            }
        }

        throw new DemoFailedException($"{what} did not come within {Patience.TotalSeconds:0} s; see the logs in {DemoTrio.Folder}");
    }

    private async Task<JsonNode> PostAsync(DemoTrio trio, int at, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, trio.Url(at, path));
        request.Headers.Add("Idempotency-Key", "demo");
        using var answer = await _http.SendAsync(request, cancellation);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!;
    }
}

/// <summary>The demonstration could not show what it wanted to; the message says what.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
