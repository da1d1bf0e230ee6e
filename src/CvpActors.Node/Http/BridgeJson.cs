using System.Text.Json.Serialization;

namespace CvpActors.Node.Http;

/// <summary>The JSON of bodies that only the bridge knows. A key that is not known is an error: a mistyped dryRun must not purge.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClusterView))]
[JsonSerializable(typeof(AcceptedView))]
[JsonSerializable(typeof(PurgeBody))]
[JsonSerializable(typeof(BackupBody))]
[JsonSerializable(typeof(PauseBody))]
internal sealed partial class BridgeJson : JsonSerializerContext;

/// <summary>The body of a 202.</summary>
internal sealed record AcceptedView(string AttemptId, long Token);

/// <summary>The body of <c>POST …/purges</c>; may be left out.</summary>
internal sealed record PurgeBody(bool DryRun = false);

/// <summary>The body of <c>POST …/backups</c>; may be left out.</summary>
internal sealed record BackupBody;

/// <summary>The body of <c>PUT …/pause</c>; may be left out.</summary>
internal sealed record PauseBody(DateTimeOffset? Until = null, string? Reason = null);
