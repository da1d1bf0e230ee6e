using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>The HTTP bridge of one node, as a client sees it.</summary>
internal sealed class NodeApi(Uri url) : IDisposable
{
    public const string Database = "/api/v1/databases/reporting";

    public HttpClient Http { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 100 })
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromSeconds(20),
    };

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Answer(response.StatusCode, response.Content.Headers.ContentType, isJson ? JsonSerializer.Deserialize<JsonElement>(text) : default, text);
    }

    public Task<Answer> PostAsync(string path, string? body = null, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, body, idempotencyKey);

    public async Task<JsonElement> GetAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path);
        Assert.True(answer.Status == HttpStatusCode.OK, $"GET {path}: {answer.Status} {answer.Text}");
        return answer.Json;
    }

    public Task<JsonElement> StateAsync() => GetAsync(Database);

    public async Task<IReadOnlyList<JsonElement>> AlertsAsync() => (await GetAsync("/api/v1/alerts")).List();

    /// <summary>The history, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> AttemptsAsync() => (await GetAsync($"{Database}/attempts?limit=200")).List();

    public Task<JsonElement> AttemptAsync(string id) => GetAsync($"{Database}/attempts/{id}");

    /// <summary>Starts a run on demand, which must be granted, and gives its id.</summary>
    public async Task<string> StartAsync(string operation, string? body = null)
    {
        var answer = await PostAsync($"{Database}/{operation}s", body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{operation}: {answer.Status} {answer.Text}");
        return answer.Json.Text("attemptId")!;
    }

    /// <summary>Waits until a run has ended, however it did.</summary>
    public Task<JsonElement> EndOfAsync(string attemptId, TimeSpan? within = null) =>
        Eventually.SeesAsync($"the end of {attemptId}", () => AttemptAsync(attemptId), a => a.Text("state") != "running", within);

    /// <summary>Runs on demand to a successful end.</summary>
    public async Task<JsonElement> RunAsync(string operation, string? body = null)
    {
        var ended = await EndOfAsync(await StartAsync(operation, body));
        Assert.True(ended.Text("state") == "succeeded", ended.ToString());
        return ended;
    }

    /// <summary>Starts a purge and waits until it has deleted something.</summary>
    public async Task<string> StartPurgeAndSeeItDeleteAsync()
    {
        var id = await StartAsync("purge");
        await Eventually.SeesAsync($"progress of {id}", () => AttemptAsync(id), a => a.Has("progress") && a.Number("progress.done") > 0);
        return id;
    }

    public Task<JsonElement> FreeLockAsync(TimeSpan? within = null) =>
        Eventually.SeesAsync("a free lock", StateAsync, s => !s.Has("lock"), within);

    public void Dispose() => Http.Dispose();
}

/// <summary>One answer; <paramref name="Json"/> is undefined when the body is something else.</summary>
internal sealed record Answer(HttpStatusCode Status, MediaTypeHeaderValue? Type, JsonElement Json, string Text)
{
    /// <summary>Passes when this is the problem of that type.</summary>
    public Answer IsProblem(HttpStatusCode status, string type)
    {
        Assert.True(Status == status && Type?.MediaType == "application/problem+json" && Json.Text("type") == type, $"{Status} {Type} {Text}");
        return this;
    }
}
