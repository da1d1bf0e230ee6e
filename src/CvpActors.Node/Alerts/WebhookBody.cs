using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Alerts;

namespace CvpActors.Node.Alerts;

/// <summary>The body of a post to a webhook. Part of the contract with receivers: names may be added, none changed.</summary>
/// <param name="Id">The same for every copy of the same notification.</param>
/// <param name="Database">The database; empty for the cluster as a whole.</param>
/// <param name="AlertId">The alert within that database; its raising and its clearing share it.</param>
/// <param name="Code">What kind of alert.</param>
/// <param name="Phase"><c>raised</c> or <c>cleared</c>.</param>
/// <param name="At">When that happened, UTC.</param>
/// <param name="Text">What happened and what to do.</param>
internal sealed record WebhookBody(string Id, string Database, string AlertId, string Code, string Phase, DateTimeOffset At, string Text)
{
    public static byte[] Of(AlertNotification notification) => JsonSerializer.SerializeToUtf8Bytes(
        new WebhookBody(
            notification.Id,
            notification.Database,
            notification.AlertId,
            notification.Code,
            notification.Phase == AlertPhase.Raised ? "raised" : "cleared",
            notification.At,
            notification.Text),
        WebhookJson.Default.WebhookBody);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookBody))]
internal sealed partial class WebhookJson : JsonSerializerContext;
