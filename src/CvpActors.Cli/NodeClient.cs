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

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode
                ? await answer.Content.ReadFromJsonAsync(type, cancellation) ?? throw new JsonException("the answer is null")
                : throw new NodeUnreachableException($"{url} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new NodeUnreachableException($"no node of CvpActors answers at {url} ({e.Message}); give its address with --url", e);
        }
    }
}

/// <summary>The node cannot be asked; the message says why and what to do.</summary>
internal sealed class NodeUnreachableException(string message, Exception? cause = null) : Exception(message, cause);
