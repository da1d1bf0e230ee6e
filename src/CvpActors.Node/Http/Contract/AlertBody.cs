using System.Text.Json.Serialization;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Alerts;

namespace CvpActors.Node.Http.Contract;

/// <summary>One alert and where its notifications have arrived: each entry of <c>GET /api/v1/alerts</c>.</summary>
internal sealed record AlertBody(
    string Id,
    string Database,
    string Code,
    DateTimeOffset RaisedAt,
    DateTimeOffset? ClearedAt,
    string Text,
    IReadOnlyList<DeliveryBody> Deliveries)
{
    public static AlertBody Of(AlertView view) => new(
        view.Id,
        view.Database,
        view.Code,
        view.RaisedAt,
        view.ClearedAt,
        view.Text,
        [.. view.Deliveries.Select(d => new DeliveryBody(d.Receiver, d.Phase, d.DeliveredAt, d.FailedTries, d.LastError) { Refused = d.Refused })]);
}

/// <summary>The delivery of one notification to one receiver.</summary>
internal sealed record DeliveryBody(string Receiver, AlertPhase Phase, DateTimeOffset? DeliveredAt, int FailedTries, string? LastError)
{
    /// <summary>The receiver has refused it for good, so it is passed by; left out otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Refused { get; init; }
}

/// <summary>What became of a test notification: the answer to <c>POST /api/v1/alerts/test</c>.</summary>
internal sealed record AlertTestBody(IReadOnlyList<ReceiverTestBody> Receivers)
{
    public static AlertTestBody Of(AlertTestResult result) =>
        new([.. result.Receivers.Select(r => new ReceiverTestBody(r.Receiver, r.Delivered, r.Error))]);
}

/// <summary>Whether a test notification reached one receiver, and if not, why.</summary>
internal sealed record ReceiverTestBody(string Receiver, bool Delivered, string? Error);
