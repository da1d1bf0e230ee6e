using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CvpActors.Cli;

/// <summary>Reads the state of the cluster from one node.</summary>
internal sealed class NodeClient(Uri url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(10) };

    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<ClusterBody> ClusterAsync(CancellationToken cancellation) => GetAsync("/api/v1/cluster", BodiesJson.Default.ClusterBody, cancellation);

    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<DatabaseBody[]> DatabasesAsync(CancellationToken cancellation) =>
        GetAsync("/api/v1/databases", BodiesJson.Default.DatabaseBodyArray, cancellation);

    /// <summary>Asks for the old file of <paramref name="database"/> to be shipped now, to all remotes or (<paramref name="remote"/>) to one.</summary>
    /// <exception cref="RefusedException">The node said why it cannot be.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<RequestedShipmentsBody> ShipAsync(string database, string? remote, CancellationToken cancellation) => AnswerAsync(async () =>
    {
        using var answer = await _http.PostAsJsonAsync(
            new Uri($"/api/v1/databases/{Uri.EscapeDataString(database)}/shipments", UriKind.Relative), new ShipRequestBody(remote), BodiesJson.Default.ShipRequestBody, cancellation);
        if (answer.IsSuccessStatusCode)
        {
            return await answer.Content.ReadFromJsonAsync(BodiesJson.Default.RequestedShipmentsBody, cancellation);
        }

        var problem = await answer.Content.ReadFromJsonAsync(BodiesJson.Default.ProblemBody, cancellation);
        throw new RefusedException(problem?.Detail ?? $"{url} answered {(int)answer.StatusCode}");
    }, cancellation);

    public void Dispose() => _http.Dispose();

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) => AnswerAsync(async () =>
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadFromJsonAsync(type, cancellation)
            : throw new NodeUnreachableException($"{url} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }, cancellation);

    private async Task<T> AnswerAsync<T>(Func<Task<T?>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask() ?? throw new JsonException("the answer is null");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new NodeUnreachableException($"no node of CvpActors answers at {url} ({e.Message}); give its address with --url", e);
        }
    }
}

/// <summary>The node cannot be asked; the message says why and what to do.</summary>
internal sealed class NodeUnreachableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The node cannot do what was asked; the message is its own.</summary>
internal sealed class RefusedException(string message) : Exception(message);
