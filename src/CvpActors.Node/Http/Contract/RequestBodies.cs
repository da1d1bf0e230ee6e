namespace CvpActors.Node.Http.Contract;

/// <summary>The body of a 202.</summary>
internal sealed record AcceptedBody(string AttemptId, long Token);

/// <summary>What is sent with <c>POST …/purges</c>; may be left out.</summary>
internal sealed record PurgeRequestBody(bool DryRun = false);

/// <summary>What is sent with <c>POST …/backups</c>; may be left out.</summary>
internal sealed record BackupRequestBody;

/// <summary>What is sent with <c>PUT …/pause</c>; may be left out.</summary>
internal sealed record PauseRequestBody(DateTimeOffset? Until = null, string? Reason = null);

/// <summary>What is sent with <c>POST …/shipments</c>; may be left out, and then all remotes are meant.</summary>
internal sealed record ShipmentRequestBody(string? Remote = null);
