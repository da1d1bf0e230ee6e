using System.Net;
using System.Text.Json;

namespace CvpActors.Benchmarks.Failover;

/// <summary>The HTTP bridge of one node, as a client sees it that gives up nothing: an answer that cannot be had is none.</summary>
internal sealed class Bridge(Uri at) : IDisposable
{
    /// <summary>A little longer than the bridge itself waits for a coordinator.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(12);

    public Bridge(int port)
        : this(new Uri($"http://127.0.0.1:{port}"))
    {
    }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        BaseAddress = at,
        Timeout = AnswerWithin,
    };

    /// <summary>The body of a 200; null for everything else.</summary>
    public async Task<JsonElement?> GetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        return answer?.StatusCode == HttpStatusCode.OK ? await BodyAsync(answer) : null;
    }

    /// <summary>Asks for a run.</summary>
    /// <returns>Its attempt's id; null when it was not granted.</returns>
    public async Task<string?> StartRunAsync(string database, string operations)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/api/v1/databases/{database}/{operations}");
        return answer?.StatusCode == HttpStatusCode.Accepted ? (await BodyAsync(answer)).GetProperty("attemptId").GetString() : null;
    }

    public void Dispose() => Http.Dispose();

    private async Task<HttpResponseMessage?> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        try
        {
            return await Http.SendAsync(request);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
}
