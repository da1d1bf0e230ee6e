using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CvpActors.Cli;

/// <summary>Reads the state of the cluster from one node.</summary>
internal sealed class NodeClient(Uri url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>For files: a remote may have to make one first, and a large one takes its time. No limit but the caller's patience.</summary>
    private readonly HttpClient _unhurried = new() { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };

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
        await RefuseUnlessAnsweredAsync(answer, cancellation);
        return await answer.Content.ReadFromJsonAsync(BodiesJson.Default.RequestedShipmentsBody, cancellation);
    }, cancellation);

    /// <summary>Asks for a drill of <paramref name="database"/> now.</summary>
    /// <exception cref="RefusedException">The node said why it cannot be.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<AcceptedDrillBody> DrillAsync(string database, CancellationToken cancellation) => AnswerAsync(async () =>
    {
        using var answer = await _http.PostAsync(new Uri($"/api/v1/databases/{Uri.EscapeDataString(database)}/drills", UriKind.Relative), content: null, cancellation);
        await RefuseUnlessAnsweredAsync(answer, cancellation);
        return await answer.Content.ReadFromJsonAsync(BodiesJson.Default.AcceptedDrillBody, cancellation);
    }, cancellation);

    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<DatabaseBody> DatabaseAsync(string database, CancellationToken cancellation) =>
        GetAsync($"/api/v1/databases/{Uri.EscapeDataString(database)}", BodiesJson.Default.DatabaseBody, cancellation);

    /// <summary>Lets a held purge of <paramref name="database"/> go.</summary>
    /// <exception cref="RefusedException">The node said why it cannot be: none is held, for example.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task ReleaseAsync(string database, string reason, CancellationToken cancellation) => AnswerAsync(async () =>
    {
        using var answer = await _http.DeleteAsync(
            new Uri($"/api/v1/databases/{Uri.EscapeDataString(database)}/purge-hold?reason={Uri.EscapeDataString(reason)}", UriKind.Relative), cancellation);
        await RefuseUnlessAnsweredAsync(answer, cancellation);
        return database;
    }, cancellation);

    /// <summary>What a restore would do.</summary>
    /// <exception cref="RefusedException">The node said why it cannot be told.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<RestorePlanBody> PlanRestoreAsync(string database, RestoreRequestBody wish, CancellationToken cancellation) =>
        PostRestoreAsync(database, wish with { DryRun = true, Confirm = null }, BodiesJson.Default.RestorePlanBody, cancellation);

    /// <summary>Begins a restore.</summary>
    /// <exception cref="RefusedException">The node said why it cannot be: the live database was not named, for example.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<AcceptedRestoreBody> RestoreAsync(string database, RestoreRequestBody wish, CancellationToken cancellation) =>
        PostRestoreAsync(database, wish, BodiesJson.Default.AcceptedRestoreBody, cancellation);

    /// <summary>How a restore is getting on.</summary>
    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<RestoreAttemptBody> RestoreAttemptAsync(string database, string attempt, CancellationToken cancellation) =>
        GetAsync($"/api/v1/databases/{Uri.EscapeDataString(database)}/attempts/{Uri.EscapeDataString(attempt)}", BodiesJson.Default.RestoreAttemptBody, cancellation);

    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<RemoteBody[]> RemotesAsync(CancellationToken cancellation) => GetAsync("/api/v1/remotes", BodiesJson.Default.RemoteBodyArray, cancellation);

    /// <summary>What a remote holds of a database, newest first.</summary>
    /// <exception cref="RefusedException">The node said why it cannot be told.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<GenerationBody[]> GenerationsAsync(string remote, string database, CancellationToken cancellation) => AnswerAsync(async () =>
    {
        using var answer = await _http.GetAsync(new Uri(GenerationsPath(remote, database), UriKind.Relative), cancellation);
        await RefuseUnlessAnsweredAsync(answer, cancellation);
        return await answer.Content.ReadFromJsonAsync(BodiesJson.Default.GenerationBodyArray, cancellation);
    }, cancellation);

    /// <summary>One generation's bytes, from whichever node has them.</summary>
    /// <exception cref="RefusedException">The node said why it cannot be had.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer as a node does.</exception>
    public Task<Stream> OpenGenerationAsync(string remote, string database, long generation, CancellationToken cancellation) => AnswerAsync<Stream>(async () =>
    {
        var answer = await _unhurried.GetAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"{GenerationsPath(remote, database)}/{generation}"), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
        await RefuseUnlessAnsweredAsync(answer, cancellation);
        return await answer.Content.ReadAsStreamAsync(cancellation);
    }, cancellation);

    public void Dispose()
    {
        _http.Dispose();
        _unhurried.Dispose();
    }

    private Task<T> PostRestoreAsync<T>(string database, RestoreRequestBody wish, JsonTypeInfo<T> type, CancellationToken cancellation) => AnswerAsync(async () =>
    {
        using var answer = await _unhurried.PostAsJsonAsync(
            new Uri($"/api/v1/databases/{Uri.EscapeDataString(database)}/restores", UriKind.Relative), wish, BodiesJson.Default.RestoreRequestBody, cancellation);
        await RefuseUnlessAnsweredAsync(answer, cancellation);
        return await answer.Content.ReadFromJsonAsync(type, cancellation);
    }, cancellation);

    private static string GenerationsPath(string remote, string database) =>
        $"/api/v1/remotes/{Uri.EscapeDataString(remote)}/databases/{Uri.EscapeDataString(database)}/generations";

    private async Task RefuseUnlessAnsweredAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var problem = await answer.Content.ReadFromJsonAsync(BodiesJson.Default.ProblemBody, cancellation);
            throw new RefusedException(problem?.Detail ?? $"{url} answered {(int)answer.StatusCode}");
        }
    }

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
