using System.Text.Json.Serialization;

namespace CvpActors.Cli;

// The parts of the HTTP contract that cvpctl reads. What it does not know it passes over, so that an older cvpctl reads a newer node.

internal sealed record ClusterBody(string Coordinator, long Epoch);

internal sealed record DatabaseBody(
    string Id, string Agent, LockBody? Lock, OperationBody Backup, OperationBody Purge, AlertBody[] Alerts)
{
    /// <summary>Null from a node that ships nothing, or of a version that cannot.</summary>
    public ShipmentBody[]? Shipments { get; init; }

    /// <summary>Null from a node that drills nothing, or of a version that cannot.</summary>
    public DrillBody? Drill { get; init; }

    /// <summary>What a drill has last proven; null when none has.</summary>
    public ProvenBody? LastProven { get; init; }

    /// <summary>Since when nobody serves it any more; null while it is served.</summary>
    public DateTimeOffset? RetiredAt { get; init; }
}

internal sealed record ShipmentBody(
    string Remote, long? Generation, string State, long Bytes, long BytesSent, DateTimeOffset? VerifiedAt, DateTimeOffset? WantedSince);

internal sealed record DrillBody(DrillUnderWayBody? UnderWay, DrillEndedBody? Last);

internal sealed record DrillUnderWayBody(string AttemptId);

internal sealed record DrillEndedBody(string AttemptId, bool Succeeded, string? Error, string? Note);

internal sealed record ProvenBody(long Generation, string Source, DateTimeOffset At, double RestoreSeconds, long? Rows);

internal sealed record AcceptedDrillBody(string AttemptId);

internal sealed record ShipRequestBody(string? Remote);

internal sealed record RequestedShipmentsBody(RequestedShipmentBody[] Shipments);

internal sealed record RequestedShipmentBody(string Remote, long Generation, string Outcome);

internal sealed record RestoreRequestBody(string Source, string? Target, string? Confirm, bool DryRun, bool? ReapplyPurges);

internal sealed record AcceptedRestoreBody(string AttemptId, long Token, string Target);

internal sealed record RestorePlanBody(
    string Source,
    long Generation,
    DateTimeOffset CompletedAt,
    long Bytes,
    string Target,
    bool OverLive,
    string? Replaces,
    SpaceBody[] Space,
    string? Problem,
    CutoffBody[] PurgesAgain,
    double? LastRestoreSeconds,
    long? LastRestoreBytes,
    string? Confirm);

internal sealed record SpaceBody(string Folder, long NeededBytes, long? FreeBytes);

internal sealed record CutoffBody(string Category, DateTimeOffset OlderThan);

internal sealed record RestoreAttemptBody(string State, string? Error, ProgressBody? Progress, RestoreOutcomeBody? Result);

internal sealed record ProgressBody(long Done, long Total, string Unit);

internal sealed record RestoreOutcomeBody(RestoredBody? Restore);

internal sealed record RestoredBody(string Source, long Generation, string Target, long Bytes, double Seconds, PurgedAgainBody? PurgedAgain, string? NotPurgedAgain, string? Note);

internal sealed record PurgedAgainBody(long Rows);

internal sealed record RemoteBody(string Name);

internal sealed record GenerationBody(
    long Generation,
    long Bytes,
    long StoredBytes,
    string Sha256,
    DateTimeOffset CompletedAt,
    DateTimeOffset VerifiedAt,
    bool Plain,
    DateTimeOffset? LockedUntil,
    string? Damage);

internal sealed record ProblemBody(string? Type, string? Detail);

internal sealed record LockBody(string Operation, string AttemptId, double AgeSeconds);

internal sealed record OperationBody(DateTimeOffset? NextDueAt, RetryBody? Retry, AttemptBody? LastSuccess);

internal sealed record RetryBody(int Retries, DateTimeOffset? NextAttemptAt);

internal sealed record AttemptBody(DateTimeOffset? FinishedAt);

internal sealed record AlertBody(string Code, DateTimeOffset? ClearedAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterBody))]
[JsonSerializable(typeof(DatabaseBody[]))]
[JsonSerializable(typeof(DatabaseBody))]
[JsonSerializable(typeof(AcceptedDrillBody))]
[JsonSerializable(typeof(ShipRequestBody))]
[JsonSerializable(typeof(RequestedShipmentsBody))]
[JsonSerializable(typeof(RestoreRequestBody))]
[JsonSerializable(typeof(AcceptedRestoreBody))]
[JsonSerializable(typeof(RestorePlanBody))]
[JsonSerializable(typeof(RestoreAttemptBody))]
[JsonSerializable(typeof(RemoteBody[]))]
[JsonSerializable(typeof(GenerationBody[]))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class BodiesJson : JsonSerializerContext;
