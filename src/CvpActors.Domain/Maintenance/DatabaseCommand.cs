using System.Text.Json.Serialization;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Maintenance;

/// <summary>
/// An administrator's wish. It may be refused, and always has a reply. Wishes travel between nodes; their names below are permanent.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RequestRun), "request-run")]
[JsonDerivedType(typeof(RecallRestore), "recall-restore")]
[JsonDerivedType(typeof(CancelAttempt), "cancel-attempt")]
[JsonDerivedType(typeof(ClearLock), "clear-lock")]
[JsonDerivedType(typeof(LetPurgeGo), "let-purge-go")]
[JsonDerivedType(typeof(PauseSchedules), "pause-schedules")]
[JsonDerivedType(typeof(ResumeSchedules), "resume-schedules")]
[JsonDerivedType(typeof(RequestShipments), "request-shipments")]
[JsonDerivedType(typeof(RequestDrill), "request-drill")]
[JsonDerivedType(typeof(RetireDatabase), "retire-database")]
public abstract record DatabaseCommand;

/// <summary>An administrator wants a run now (rule 3).</summary>
public sealed record RequestRun(Operation Operation, bool DryRun, string? RequestKey) : DatabaseCommand
{
    /// <summary>What is restored to where, as it was planned; null for what is no restore.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreOrder? Restore { get; init; }

    /// <summary>That the live database is meant (<see cref="RestoreConfirmation"/>); null when nothing was confirmed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Confirm { get; init; }
}

/// <summary>
/// An administrator wants a restore; before it is planned, it is asked whether the same request has been answered already. Changes nothing.
/// </summary>
public sealed record RecallRestore(string RequestKey, RestoreWish Wish) : DatabaseCommand;

/// <summary>An administrator wants a run stopped.</summary>
public sealed record CancelAttempt(string AttemptId) : DatabaseCommand;

/// <summary>An administrator wants the lock cleared, whoever holds it.</summary>
public sealed record ClearLock(string Reason) : DatabaseCommand;

/// <summary>An administrator has looked at why a purge is held, and wants it to go on.</summary>
public sealed record LetPurgeGo(string Reason) : DatabaseCommand;

/// <summary>An administrator wants no scheduled runs for a while.</summary>
public sealed record PauseSchedules(DateTimeOffset? Until, string Reason) : DatabaseCommand;

/// <summary>An administrator wants scheduled runs again.</summary>
public sealed record ResumeSchedules : DatabaseCommand;

/// <summary>
/// An administrator wants the old file shipped now, to all remotes or (<paramref name="Remote"/>) to one. Shipments are decided on by
/// themselves, one remote at a time, since they take no lock.
/// </summary>
public sealed record RequestShipments(string? Remote, string? RequestKey) : DatabaseCommand;

/// <summary>An administrator wants a drill now. Drills are decided on by themselves, since they take no lock.</summary>
public sealed record RequestDrill(string? RequestKey = null) : DatabaseCommand;

/// <summary>An administrator wants a database gone that no agent serves any more; its history is kept.</summary>
public sealed record RetireDatabase(string Reason) : DatabaseCommand;
