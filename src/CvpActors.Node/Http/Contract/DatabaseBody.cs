using System.Text.Json.Serialization;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Purges;

namespace CvpActors.Node.Http.Contract;

// The bodies of the HTTP contract, v1. Scripts read them: properties may be added, none renamed, reordered or given another meaning.
// Names of states are camelCase, times are UTC with a Z, durations are seconds as numbers.

/// <summary>One database: <c>GET /api/v1/databases/{db}</c>, and each entry of the list.</summary>
internal sealed record DatabaseBody(
    string Id,
    string Engine,
    string Node,
    AgentView Agent,
    LockBody? Lock,
    OperationBody Backup,
    OperationBody Purge,
    PauseBody? Pause,
    IReadOnlyList<FileBody> Files,
    IReadOnlyList<DatabaseAlertBody> Alerts)
{
    /// <summary>Why nothing more can be told of it; left out while all is well.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }

    /// <summary>One entry for each remote that the configuration names; left out where it names none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShipmentBody>? Shipments { get; init; }

    /// <summary>Its drills; left out where none are configured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrillBody? Drill { get; init; }

    /// <summary>What a drill has last proven; left out where none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProvenBody? LastProven { get; init; }

    /// <summary>Since when it is retired, as no agent has served it for so long; left out while it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>How many on-demand requests were refused since the coordinator began; left out while there were none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long RefusedRequests { get; init; }

    public static DatabaseBody Of(DatabaseView view) => new(
        view.Id,
        view.Engine,
        view.Node,
        view.Agent,
        LockBody.Of(view.Lock),
        OperationBody.Of(view.Backup),
        OperationBody.Of(view.Purge),
        view.Pause is { } p ? new PauseBody(p.Since, p.Until, p.Reason) : null,
        [.. view.Files.Select(f => FileBody.Of(f))],
        [.. view.Alerts.Select(a => new DatabaseAlertBody(a.Id, a.Code, a.RaisedAt, a.ClearedAt, a.Text))])
    {
        Drill = view.Drill is { } drill ? DrillBody.Of(drill) : null,
        LastProven = view.LastProven is { } proven ? ProvenBody.Of(proven) : null,
        RetiredAt = view.RetiredAt,
        RefusedRequests = view.RefusedRequests,
        Problem = view.Problem,
        Shipments = view.Shipments is { } shipments ? [.. shipments.Select(ShipmentBody.Of)] : null,
    };
}

/// <summary>The lock and its holder.</summary>
internal sealed record LockBody(
    Domain.Operation Operation,
    Domain.Trigger Trigger,
    string AttemptId,
    long Token,
    DateTimeOffset AcquiredAt,
    double AgeSeconds,
    bool HolderUnreachable,
    bool Clearing)
{
    public static LockBody? Of(LockView? view) => view is { } l
        ? new LockBody(l.Operation, l.Trigger, l.AttemptId, l.Token, l.AcquiredAt, l.AgeSeconds, l.HolderUnreachable, l.Clearing)
        : null;
}

/// <summary>One operation's schedule, open window and latest success.</summary>
internal sealed record OperationBody(string? Schedule, DateTimeOffset? NextDueAt, RetryBody? Retry, AttemptBody? LastSuccess)
{
    /// <summary>Why a purge waits for an administrator; left out where none does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldBody? Held { get; init; }

    public static OperationBody Of(OperationView view) => new(
        view.Schedule,
        view.NextDueAt,
        view.Retry is { } r ? new RetryBody(r.OpenedAt, r.Deadline, r.NextAttemptAt, r.Retries, r.BlockedBy, r.WaitsFor) : null,
        view.LastSuccess is { } last ? AttemptBody.Of(last) : null)
    {
        Held = view.Held is { } held ? new HeldBody(held.Since, held.AttemptId, FindingBody.Of(held.Hold)) : null,
    };
}

/// <summary>A purge that deleted nothing and waits for an administrator.</summary>
internal sealed record HeldBody(DateTimeOffset Since, string AttemptId, IReadOnlyList<FindingBody> Findings);

/// <summary>One thing that holds a purge.</summary>
internal sealed record FindingBody(string Key, string Text)
{
    public static IReadOnlyList<FindingBody> Of(PurgeHold hold) => [.. hold.Reasons.Select(r => new FindingBody(r.Key, r.Text))];
}

/// <summary>An open retry window.</summary>
internal sealed record RetryBody(DateTimeOffset OpenedAt, DateTimeOffset Deadline, DateTimeOffset? NextAttemptAt, int Retries, string? BlockedBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WaitsFor);

/// <summary>A pause.</summary>
internal sealed record PauseBody(DateTimeOffset Since, DateTimeOffset? Until, string Reason);

/// <summary>One backup file.</summary>
internal sealed record FileBody(string Name, long Generation, long Bytes, string Sha256, DateTimeOffset CompletedAt, bool Copyable)
{
    /// <summary>How far it was verified, <c>full</c> or <c>pages</c>; left out where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Domain.Backups.VerifiedExtent? Verified { get; init; }

    /// <summary>Why no further; left out when in full.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VerifiedReason { get; init; }

    public static FileBody Of(FileView view) =>
        new(view.Name, view.Generation, view.Bytes, view.Sha256, view.CompletedAt, view.Copyable) { Verified = view.Verified, VerifiedReason = view.VerifiedReason };
}

/// <summary>An alert, as its database shows it.</summary>
internal sealed record DatabaseAlertBody(string Id, string Code, DateTimeOffset RaisedAt, DateTimeOffset? ClearedAt, string Text);
