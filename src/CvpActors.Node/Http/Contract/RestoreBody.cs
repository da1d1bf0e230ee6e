using System.Text.Json.Serialization;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;

namespace CvpActors.Node.Http.Contract;

/// <summary>What is sent with <c>POST …/restores</c>.</summary>
/// <param name="Source">Where from.</param>
/// <param name="Target">Where to; left out for a new place that is chosen.</param>
/// <param name="Confirm">The database and its generation, to have the live one replaced.</param>
/// <param name="DryRun">Only the plan.</param>
/// <param name="ReapplyPurges">Whether what had been purged is purged again; left out: over the live database yes, else no.</param>
internal sealed record RestoreRequestBody(string? Source = null, string? Target = null, string? Confirm = null, bool DryRun = false, bool? ReapplyPurges = null);

/// <summary>The body of a 202 to <c>POST …/restores</c>.</summary>
internal sealed record AcceptedRestoreBody(string AttemptId, long Token, string Target);

/// <summary>What a restore would do.</summary>
internal sealed record RestorePlanBody(
    string Source,
    long Generation,
    DateTimeOffset CompletedAt,
    long Bytes,
    string Target,
    bool OverLive,
    string? Replaces,
    IReadOnlyList<SpaceBody> Space,
    bool Suffices,
    string? Problem,
    IReadOnlyList<CutoffBody> PurgesAgain,
    double? LastRestoreSeconds,
    long? LastRestoreBytes,
    string? Confirm)
{
    public static RestorePlanBody Of(string database, RestorePlan plan) => new(
        plan.Order.Source,
        plan.Order.Generation,
        plan.CompletedAt,
        plan.Order.Bytes,
        plan.Order.Target,
        plan.Order.OverLive,
        plan.Place.Replaces,
        [.. plan.Space.Select(s => new SpaceBody(s.Folder, s.NeededBytes, s.FreeBytes))],
        plan.Space.All(s => s.Suffices),
        plan.Problem,
        [.. (plan.Purges ?? PurgedUpTo.Nothing).Categories.Select(c => new CutoffBody(c.Category, c.OlderThan))],
        plan.Last?.Elapsed.TotalSeconds,
        plan.Last?.Bytes,
        plan.Order.OverLive ? RestoreConfirmation.TextFor(database, plan.Order.Generation) : null);
}

/// <summary>Room on one disk.</summary>
internal sealed record SpaceBody(string Folder, long NeededBytes, long? FreeBytes);

/// <summary>How far a category had been purged.</summary>
internal sealed record CutoffBody(string Category, DateTimeOffset OlderThan);

/// <summary>What is restored to where: a part of the attempt.</summary>
internal sealed record RestoreOrderBody(string Source, long Generation, long Bytes, string Target, bool OverLive)
{
    public static RestoreOrderBody? Of(RestoreOrder? order) => order is { } o ? new RestoreOrderBody(o.Source, o.Generation, o.Bytes, o.Target, o.OverLive) : null;
}

/// <summary>What a restore put where: a part of the attempt's result.</summary>
internal sealed record RestoreResultBody(string Source, long Generation, string Target, long Bytes, double Seconds)
{
    /// <summary>What had been purged and was purged again; left out when that was not done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PurgeResultBody? PurgedAgain { get; init; }

    /// <summary>Why rows that had been purged are there again; left out when none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotPurgedAgain { get; init; }

    /// <summary>What else there is to know; left out when nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    public static RestoreResultBody? Of(RestoreResult? result, double seconds) => result is { } r
        ? new RestoreResultBody(r.Source, r.Generation, r.Target, r.Bytes, seconds) { PurgedAgain = PurgeResultBody.Of(r.PurgedAgain), NotPurgedAgain = r.NotPurgedAgain, Note = r.Note }
        : null;
}
