using System.Text.Json.Serialization;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Node.Http.Contract;

/// <summary>How the old file gets to one remote.</summary>
internal sealed record ShipmentBody(
    string Remote,
    long? Generation,
    ShipmentStateView State,
    long Bytes,
    long BytesSent,
    DateTimeOffset? VerifiedAt,
    string? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? BytesSaved,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? BytesPerSecond,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? SecondsLeft,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? WantedSince,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? NextAttemptAt)
{
    public static ShipmentBody Of(ShipmentView v) => new(
        v.Remote, v.Generation, v.State, v.Bytes, v.BytesSent, v.VerifiedAt, v.Error, v.BytesSaved, v.BytesPerSecond, v.SecondsLeft, v.WantedSince, v.NextAttemptAt);
}

/// <summary>What was asked for: the answer to <c>POST …/shipments</c>.</summary>
internal sealed record RequestedShipmentsBody(IReadOnlyList<RequestedShipmentBody> Shipments)
{
    public static RequestedShipmentsBody Of(ShipmentsRequested asked) =>
        new([.. asked.Shipments.Select(s => new RequestedShipmentBody(s.Remote, s.Generation, s.Outcome))]);
}

/// <summary>What was asked for of one remote, and whether it is due, running already, or there already and verified again.</summary>
internal sealed record RequestedShipmentBody(string Remote, long Generation, RequestOutcome Outcome);
