using System.Net;
using CvpActors.Domain.Alerts;
using CvpActors.Node.Alerts;
using CvpActors.Testing.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace CvpActors.Node.Tests.Alerts;

public sealed class LogAlertChannelContractTests : AlertChannelContract
{
    protected override IAlertChannel Reachable { get; } = new LogAlertChannel(NullLogger<LogAlertChannel>.Instance);

    protected override IAlertChannel? Unreachable => null;
}

public sealed class BurstLimitedChannelContractTests : AlertChannelContract
{
    protected override IAlertChannel Reachable { get; } =
        new BurstLimitedChannel(new LogAlertChannel(NullLogger<LogAlertChannel>.Instance), BurstLimit.Default);

    protected override IAlertChannel? Unreachable => null;
}

public sealed class WebhookAlertChannelContractTests : AlertChannelContract, IDisposable
{
    private readonly HttpClient _takesAll = new(new Answering(HttpStatusCode.NoContent));
    private readonly HttpClient _noWay = new();

    protected override IAlertChannel Reachable => Channel("http://receiver.example/hook", _takesAll);

    // Port 9 of this machine: nobody listens there.
    protected override IAlertChannel? Unreachable => Channel("http://127.0.0.1:9/hook", _noWay);

    public void Dispose()
    {
        _takesAll.Dispose();
        _noWay.Dispose();
    }

    private static WebhookAlertChannel Channel(string url, HttpClient http) =>
        new(new WebhookSettings(new Uri(url), new WebhookKey("0123456789abcdef"), TimeSpan.FromSeconds(10)), http, TimeProvider.System);

    private sealed class Answering(HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status));
    }
}
