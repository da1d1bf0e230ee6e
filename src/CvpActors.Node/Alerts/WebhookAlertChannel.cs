using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using CvpActors.Domain.Alerts;

namespace CvpActors.Node.Alerts;

/// <summary>
/// Alerts as JSON posts, signed (<see cref="WebhookKey"/>), with the headers of Standard Webhooks beside our own. Delivered when the answer is a
/// 2xx, refused for good when it is a 4xx that does not speak of time. A post may arrive twice when its answer is lost; <c>webhook-id</c> is
/// the same both times.
/// </summary>
internal sealed class WebhookAlertChannel(WebhookSettings settings, HttpClient http, TimeProvider time) : IAlertChannel
{
    public string Receiver { get; } = NameOf(settings);

    /// <summary>The receiver's name: without the query, which may hold a secret.</summary>
    public static string NameOf(WebhookSettings settings) => "webhook:" + settings.Url.GetLeftPart(UriPartial.Path);

    public async Task DeliverAsync(AlertNotification notification, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        using var post = Post(notification);
        try
        {
            using var answer = await http.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!answer.IsSuccessStatusCode)
            {
                var told = $"{Receiver}: answered {(int)answer.StatusCode} {answer.ReasonPhrase}";
                throw IsRefusal(answer.StatusCode) ? new AlertRefusedException(told) : new AlertDeliveryException(told);
            }
        }
        catch (HttpRequestException e)
        {
            throw new AlertDeliveryException($"{Receiver}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new AlertDeliveryException($"{Receiver}: no answer within {settings.Timeout.TotalSeconds:0.#} s", e);
        }
    }

    /// <summary>What is wrong with the post itself is wrong the next time, too.</summary>
    private static bool IsRefusal(HttpStatusCode status) =>
        (int)status is >= 400 and < 500 && status is not (HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests);

    private HttpRequestMessage Post(AlertNotification notification)
    {
        var body = WebhookBody.Of(notification);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var post = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = content };
        post.Headers.Add("X-CvpActors-Delivery", notification.Id);
        post.Headers.Add("X-CvpActors-Timestamp", now.ToString(CultureInfo.InvariantCulture));
        post.Headers.Add("X-CvpActors-Signature", settings.Key.Sign(now, body));
        post.Headers.Add("webhook-id", notification.Id);
        post.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        post.Headers.Add("webhook-signature", settings.Key.SignStandard(notification.Id, now, body));
        return post;
    }
}
