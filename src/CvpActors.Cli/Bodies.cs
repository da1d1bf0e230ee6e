using System.Text.Json.Serialization;

namespace CvpActors.Cli;

// The parts of the HTTP contract that cvpctl reads. What it does not know it passes over, so that an older cvpctl reads a newer node.

internal sealed record ClusterBody(string Coordinator, long Epoch);

internal sealed record DatabaseBody(
    string Id, string Agent, LockBody? Lock, OperationBody Backup, OperationBody Purge, AlertBody[] Alerts);

internal sealed record LockBody(string Operation, string AttemptId, double AgeSeconds);

internal sealed record OperationBody(DateTimeOffset? NextDueAt, RetryBody? Retry, AttemptBody? LastSuccess);

internal sealed record RetryBody(int Retries, DateTimeOffset? NextAttemptAt);

internal sealed record AttemptBody(DateTimeOffset? FinishedAt);

internal sealed record AlertBody(string Code, DateTimeOffset? ClearedAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterBody))]
[JsonSerializable(typeof(DatabaseBody[]))]
internal sealed partial class BodiesJson : JsonSerializerContext;
