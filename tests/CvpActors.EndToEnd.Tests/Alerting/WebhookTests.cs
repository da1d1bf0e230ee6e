using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Snmp.Tests.RealTools;

namespace CvpActors.EndToEnd.Tests.Alerting;

public sealed class WebhookTests
{
    [Fact]
    public async Task A_webhook_that_fails_at_first_gets_the_alert_later_and_once()
    {
        using var hook = new HttpListener();
        var url = $"http://127.0.0.1:{Tool.FreePort()}/hook/";
        hook.Prefixes.Add(url);
        hook.Start();
        var posts = new ConcurrentQueue<JsonElement>();
        var answering = AnswerAsync(hook, posts);
        await using var site = AlertingSite.Create();
        File.WriteAllText(site.In("key"), "0123456789abcdef");
        site.Configure($"cvp-actors.webhook.receivers = [\n{{\nurl = \"{url}\"\nsecret-file = \"{site.In("key")}\"\n}}\n]\n");
        using var writer = site.Database.HoldWriteLock();
        var api = (await site.StartAsync()).Api;

        await api.FirstAlertAsync();
        await Eventually.SeesAsync("a delivered alert", api.AlertsAsync,
            alerts => alerts[0].List("deliveries").Single(d => d.Text("receiver")!.StartsWith("webhook:", StringComparison.Ordinal)).Has("deliveredAt"));

        Assert.Equal(2, posts.Count);
        Assert.All(posts, p => Assert.Equal(("purge-failed", "raised", "reporting"), (p.Text("code"), p.Text("phase"), p.Text("database"))));
        Assert.Single(posts.Select(p => p.Text("id")).Distinct());
        hook.Stop();
        await answering;
    }

    /// <summary>Answers the first post with 500 and the others with 200.</summary>
    private static async Task AnswerAsync(HttpListener hook, ConcurrentQueue<JsonElement> posts)
    {
        try
        {
            while (true)
            {
                var context = await hook.GetContextAsync();
                posts.Enqueue(await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.InputStream));
                context.Response.StatusCode = posts.Count == 1 ? 500 : 200;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
