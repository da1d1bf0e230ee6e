using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CvpActors.Domain.Alerts;
using CvpActors.Node.Alerts;

namespace CvpActors.Node.Tests.Alerts;

public sealed class WebhookAlertChannelTests
{
    private const string Key = "0123456789abcdef";

    private static readonly AlertNotification Notification = new(
        "reporting/alert-7/raised", "reporting", "alert-7", AlertCodes.BackupFailed, AlertPhase.Raised,
        new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero), "The backup was given up; \"disk full\".");

    [Fact]
    public async Task A_post_carries_the_alert_and_a_signature_that_its_receiver_can_check()
    {
        using var receiver = new Receiver();
        var served = receiver.AnswerAsync(204);

        await Channel(receiver.Url).DeliverAsync(Notification, CancellationToken.None);

        var (headers, body) = await served;
        var alert = JsonDocument.Parse(body).RootElement;
        Assert.Equal("reporting", alert.GetProperty("database").GetString());
        Assert.Equal("backup-failed", alert.GetProperty("code").GetString());
        Assert.Equal("raised", alert.GetProperty("phase").GetString());
        Assert.Equal(Notification.Text, alert.GetProperty("text").GetString());
        Assert.Equal(Notification.Id, headers["X-CvpActors-Delivery"]);
        var signed = Encoding.UTF8.GetBytes($"{headers["X-CvpActors-Timestamp"]}.{body}");
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), signed)), headers["X-CvpActors-Signature"]);
        Assert.Equal(Notification.Id, headers["webhook-id"]);
        Assert.Equal(headers["X-CvpActors-Timestamp"], headers["webhook-timestamp"]);
        signed = Encoding.UTF8.GetBytes($"{Notification.Id}.{headers["webhook-timestamp"]}.{body}");
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), signed)), headers["webhook-signature"]);
    }

    [Fact]
    public void A_secret_of_standard_webhooks_is_what_its_base64_stands_for()
    {
        // The example of the specification.
        var key = new WebhookKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", key.SignStandard("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(401, true)]
    [InlineData(404, true)]
    [InlineData(410, true)]
    [InlineData(422, true)]
    [InlineData(408, false)]
    [InlineData(425, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    [InlineData(301, false)]
    public async Task An_answer_that_would_be_the_same_the_next_time_is_a_refusal_for_good(int status, bool forGood)
    {
        using var receiver = new Receiver();
        var served = receiver.AnswerAsync(status);

        var failure = await Assert.ThrowsAnyAsync<AlertDeliveryException>(() => Channel(receiver.Url).DeliverAsync(Notification, CancellationToken.None));

        await served;
        Assert.Equal(forGood, failure is AlertRefusedException);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(302)]
    [InlineData(404)]
    public async Task An_answer_that_is_not_a_success_is_a_failed_delivery(int status)
    {
        using var receiver = new Receiver();
        var served = receiver.AnswerAsync(status);

        var failure = await Assert.ThrowsAnyAsync<AlertDeliveryException>(() => Channel(receiver.Url).DeliverAsync(Notification, CancellationToken.None));

        await served;
        Assert.Contains($"answered {status}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_down_or_silent_is_a_failed_delivery()
    {
        using var silent = new Receiver();
        var timeout = await Assert.ThrowsAsync<AlertDeliveryException>(() =>
            Channel(silent.Url, TimeSpan.FromMilliseconds(200)).DeliverAsync(Notification, CancellationToken.None));
        Assert.Contains("no answer within 0.2 s", timeout.Message, StringComparison.Ordinal);

        var gone = new Receiver();
        var url = gone.Url;
        gone.Dispose();
        await Assert.ThrowsAsync<AlertDeliveryException>(() => Channel(url).DeliverAsync(Notification, CancellationToken.None));
    }

    [Fact]
    public void What_is_remembered_of_a_receiver_does_not_hold_the_secrets_of_its_query() =>
        Assert.Equal("webhook:https://chat.example/hook", Channel(new Uri("https://chat.example/hook?token=secret")).Receiver);

    private static WebhookAlertChannel Channel(Uri url, TimeSpan? timeout = null) =>
        new(new WebhookSettings(url, new WebhookKey(Key), timeout ?? TimeSpan.FromSeconds(20)),
            new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }), TimeProvider.System);

    /// <summary>A web service that answers one post.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Receiver()
        {
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Url = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/hook");
            }

            _listener.Prefixes.Add(Url.AbsoluteUri + "/");
            _listener.Start();
        }

        public Uri Url { get; }

        public async Task<(Dictionary<string, string?> Headers, string Body)> AnswerAsync(int status)
        {
            var context = await _listener.GetContextAsync();
            using var reader = new StreamReader(context.Request.InputStream);
            var body = await reader.ReadToEndAsync();
            context.Response.StatusCode = status;
            context.Response.Close();
            return (context.Request.Headers.AllKeys.ToDictionary(k => k!, k => context.Request.Headers[k]), body);
        }

        public void Dispose() => _listener.Close();
    }
}
