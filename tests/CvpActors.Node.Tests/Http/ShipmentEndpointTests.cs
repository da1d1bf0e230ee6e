using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Akka.Cluster;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Http;
using CvpActors.Node.Settings;
using CvpActors.Node.Tests.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace CvpActors.Node.Tests.Http;

/// <summary><c>POST …/shipments</c> over real HTTP, before a coordinator that answers as the test says.</summary>
public sealed class ShipmentEndpointTests : IAsyncLifetime
{
    private static readonly RequestedShipment Asked = new("hq", 7, RequestOutcome.Again);
    private readonly Gateway _gateway = new();
    private readonly HttpClient _http = new();
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddLogging().AddRoutingCore().AddProblemDetails().AddExceptionHandler<UnansweredErrors>();
        builder.Services.ConfigureHttpJsonOptions(o => BridgeJson.Configure(o.SerializerOptions));
        builder.Services.AddSingleton<ICoordinatorGateway>(_gateway);
        builder.Services.AddSingleton<IReadOnlyList<MaintainedDatabase>>([]);
        builder.Services.AddSingleton(new LocalVault(null, null));
        _app = builder.Build();
        _app.UseBridge(HostNames.Of(Sample.Read("")), uploadsOverTls: false);
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First());
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app!.DisposeAsync();
    }

    [Fact]
    public async Task What_was_asked_for_is_answered_for_each_remote()
    {
        _gateway.Answer = new DatabaseAnswer(new ShipmentsRequested([new RequestedShipment("dr", 8, RequestOutcome.Due), Asked]));

        Assert.Equal(
            (HttpStatusCode.Accepted, """{"shipments":[{"remote":"dr","generation":8,"outcome":"due"},{"remote":"hq","generation":7,"outcome":"again"}]}"""),
            await PostAsync());
        Assert.Equal(new RequestShipments(null, null), _gateway.Wish);
    }

    [Fact]
    public async Task One_remote_and_the_key_are_passed_on()
    {
        _gateway.Answer = new DatabaseAnswer(new ShipmentsRequested([Asked]));

        await PostAsync("""{"remote":"hq"}""", key: "key-1");
        Assert.Equal(new RequestShipments("hq", "key-1"), _gateway.Wish);
    }

    [Fact]
    public async Task Nothing_to_ship_is_a_conflict_and_an_unknown_remote_is_not_found()
    {
        _gateway.Answer = new DatabaseAnswer(new NothingToShip("there is no old file yet"));
        var (status, body) = await PostAsync();
        Assert.Equal((HttpStatusCode.Conflict, "nothing-to-ship", "there is no old file yet"), (status, Of(body, "type"), Of(body, "detail")));

        _gateway.Answer = new DatabaseAnswer(new NotThere("allowed: hq, dr"));
        (status, body) = await PostAsync();
        Assert.Equal((HttpStatusCode.NotFound, "not-found", "allowed: hq, dr"), (status, Of(body, "type"), Of(body, "detail")));
    }

    [Theory]
    [InlineData("""{"remotes":["hq"]}""", "", "allowed keys: remote")]
    [InlineData("", "?remote=hq", "unknown query parameter \"remote\"")]
    public async Task What_is_not_known_is_refused_and_nothing_is_asked_for(string body, string query, string expected)
    {
        var (status, problem) = await PostAsync(body, query: query);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, Of(problem, "detail"), StringComparison.Ordinal);
        Assert.Null(_gateway.Wish);
    }

    private static string Of(string body, string property) => (string)JsonNode.Parse(body)![property]!;

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string body = "", string? key = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/databases/reporting/shipments{query}");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private sealed class Gateway : ICoordinatorGateway
    {
        public object? Answer { get; set; }

        public DatabaseCommand? Wish { get; private set; }

        public Cluster Cluster => throw new NotSupportedException();

        public Task<object> CommandAsync(string database, DatabaseCommand command, CancellationToken cancellation)
        {
            Wish = command;
            return Task.FromResult(Answer!);
        }

        public Task<object> AskAsync(IProtocolMessage message, CancellationToken cancellation, TimeSpan? within = null) => throw new NotSupportedException();
    }
}
