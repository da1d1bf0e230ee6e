using System.Text.Json.Serialization;
using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Purges;

namespace CvpActors.Node.Http.Contract;

/// <summary>One attempt: <c>GET …/attempts/{id}</c>, and each entry of the list.</summary>
internal sealed record AttemptBody(
    string Id,
    string Database,
    Operation Operation,
    Trigger Trigger,
    AttemptState State,
    long? Token,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? Error,
    HolderBody? BlockedBy,
    bool DryRun,
    ProgressBody? Progress,
    ResultBody? Result,
    LateOutcomeBody? LateOutcome)
{
    /// <summary>What is restored to where; left out for another operation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreOrderBody? Restore { get; init; }

    public static AttemptBody Of(AttemptView view) => new(
        view.Id,
        view.Database,
        view.Operation,
        view.Trigger,
        view.State,
        view.Token,
        view.StartedAt,
        view.FinishedAt,
        view.Error,
        HolderBody.Of(view.BlockedBy),
        view.DryRun,
        view.Progress is { } p ? new ProgressBody(p.Done, p.Total, p.Unit) : null,
        view.Result is { } result ? ResultBody.Of(result) : null,
        view.LateOutcome is { } late ? new LateOutcomeBody(late.State, late.Error, ResultBody.Of(late.Result)) : null)
    {
        Restore = RestoreOrderBody.Of(view.Restore),
    };
}

/// <summary>Who stood in the way; also the <c>holder</c> of the problem <c>lock-held</c>.</summary>
internal sealed record HolderBody(Operation Operation, string AttemptId, long Token, DateTimeOffset Since)
{
    public static HolderBody? Of(Blocker? blocker) =>
        blocker is { } b ? new HolderBody(b.Operation, b.AttemptId, b.Token, b.Since) : null;
}

/// <summary>How far a run has come.</summary>
internal sealed record ProgressBody(long Done, long Total, string Unit);

/// <summary>What a run said after its lock had been cleared; it has no effect.</summary>
internal sealed record LateOutcomeBody(AttemptState State, string? Error, ResultBody Result);

/// <summary>What a run did.</summary>
internal sealed record ResultBody(ManifestBody? Backup, PurgeResultBody? Purge, double ElapsedSeconds)
{
    /// <summary>Why a purge deleted nothing, or after a dry run would delete nothing; left out otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FindingBody>? Held { get; init; }

    /// <summary>What a restore put where; left out for another operation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreResultBody? Restore { get; init; }

    public static ResultBody Of(ResultView view) => new(ManifestBody.Of(view.Backup), PurgeResultBody.Of(view.Purge), view.ElapsedSeconds)
    {
        Held = view.Held is { } held ? FindingBody.Of(held) : null,
        Restore = RestoreResultBody.Of(view.Restore, view.ElapsedSeconds),
    };
}

/// <summary>What a backup wrote.</summary>
internal sealed record ManifestBody(
    string Database, string Engine, long Generation, long Bytes, string Sha256, DateTimeOffset StartedAt, DateTimeOffset CompletedAt)
{
    /// <summary>How far it was verified, <c>full</c> or <c>pages</c>; left out where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VerifiedExtent? Verified { get; init; }

    /// <summary>Why no further; left out when in full.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VerifiedReason { get; init; }

    public static ManifestBody? Of(BackupManifest? manifest) => manifest is { } m
        ? new ManifestBody(m.Database, m.Engine, m.Generation, m.Bytes, m.Sha256, m.StartedAt, m.CompletedAt) { Verified = m.Verified, VerifiedReason = m.VerifiedReason }
        : null;
}

/// <summary>What a purge deleted, or would have.</summary>
internal sealed record PurgeResultBody(bool DryRun, IReadOnlyList<CategoryBody> Categories, long Rows)
{
    public static PurgeResultBody? Of(PurgeResult? result) => result is { } r
        ? new PurgeResultBody(r.DryRun, [.. r.Categories.Select(CategoryBody.Of)], r.Rows)
        : null;
}

/// <summary>What a purge did to one category; null is what was not counted.</summary>
internal sealed record CategoryBody(
    string Category, string Table, DateTimeOffset OlderThan, long Rows, long? Undatable, IReadOnlyList<KeptBody>? Kept, long? Cascaded)
{
    public static CategoryBody Of(CategoryPurge purge) => new(
        purge.Category,
        purge.Table,
        purge.OlderThan,
        purge.Rows,
        purge.Undatable,
        purge.Kept is { IsDefault: false } kept ? [.. kept.Select(k => new KeptBody(k.Reason, k.Rows))] : null,
        purge.Cascaded);
}

/// <summary>Old rows that stayed, and what kept them.</summary>
internal sealed record KeptBody(string Reason, long Rows);
