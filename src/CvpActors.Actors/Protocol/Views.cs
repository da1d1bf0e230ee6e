using System.Text.Json.Serialization;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Protocol;

// What is shown of the state. These records are the bodies of the HTTP contract, v1: names may be added, none changed.

/// <summary>The coordinator and all its databases, for bridges of the version before.</summary>
public sealed record CoordinatorView(string Node, long Epoch, IReadOnlyList<string> Databases) : IProtocolMessage;

/// <summary>The present incarnation of the coordinator.</summary>
public sealed record EpochView(string Node, long Epoch) : IProtocolMessage
{
    /// <summary>Databases that more than one node wants to serve; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ConflictView>? Conflicts { get; init; }

    /// <summary>Why the journal cannot be reached, though nothing had to be written yet; null when it can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? JournalProblem { get; init; }

    /// <summary>The coordinator's monotonic clock, for what is to be carried out by a certain moment only; null from one of an earlier version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Clock { get; init; }
}

/// <summary>A node wants to serve a database that another one serves, and is not heard.</summary>
/// <param name="Database">The id that both have.</param>
/// <param name="ServedBy">The node that serves it.</param>
/// <param name="Denied">The node that does not.</param>
public sealed record ConflictView(string Database, string ServedBy, string Denied);

/// <summary>Some of the databases, in the order of their ids.</summary>
/// <param name="Databases">As many as fit into a message.</param>
/// <param name="More">Whether others follow the last of them.</param>
public sealed record DatabaseList(IReadOnlyList<DatabaseView> Databases, bool More) : IProtocolMessage;

/// <summary>One database.</summary>
public sealed record DatabaseView(
    string Id,
    string Engine,
    string Node,
    AgentView Agent,
    LockView? Lock,
    OperationView Backup,
    OperationView Purge,
    PauseView? Pause,
    IReadOnlyList<FileView> Files,
    IReadOnlyList<DatabaseAlertView> Alerts) : IProtocolMessage
{
    /// <summary>How its old file gets to each remote; null when it is shipped nowhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShipmentView>? Shipments { get; init; }

    /// <summary>Its drills; null where none are configured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrillView? Drill { get; init; }

    /// <summary>What a drill has last proven; null when none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProvenView? LastProven { get; init; }

    /// <summary>The HTTP bridge of the node that has the files; null when its agent has not told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BridgeUrl { get; init; }

    /// <summary>Why nothing more can be told of it, for a person; null while all is well.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }

    /// <summary>Since when it is retired, as no agent has served it for so long; null while it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>How many on-demand requests were refused since the coordinator began; the latest of them are among the attempts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long RefusedRequests { get; init; }
}

/// <summary>Whether a database's agent can be reached.</summary>
public enum AgentView
{
    /// <summary>It speaks.</summary>
    Connected,

    /// <summary>It has not been heard.</summary>
    Unreachable,
}

/// <summary>The lock and its holder.</summary>
public sealed record LockView(
    Operation Operation,
    Trigger Trigger,
    string AttemptId,
    long Token,
    DateTimeOffset AcquiredAt,
    double AgeSeconds,
    bool HolderUnreachable,
    bool Clearing);

/// <summary>One operation's schedule.</summary>
public sealed record OperationView(string? Schedule, DateTimeOffset? NextDueAt, RetryView? Retry, AttemptView? LastSuccess)
{
    /// <summary>Why it waits for an administrator; null otherwise. Purges only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldPurge? Held { get; init; }
}

/// <summary>An open retry window.</summary>
public sealed record RetryView(DateTimeOffset OpenedAt, DateTimeOffset Deadline, DateTimeOffset? NextAttemptAt, int Retries, string? BlockedBy)
{
    /// <summary>What its turn waits for, when as many operations run as may; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WaitsFor { get; init; }
}

/// <summary>A pause.</summary>
public sealed record PauseView(DateTimeOffset Since, DateTimeOffset? Until, string Reason);

/// <summary>One backup file.</summary>
public sealed record FileView(string Name, long Generation, long Bytes, string Sha256, DateTimeOffset CompletedAt, bool Copyable)
{
    /// <summary>How far it was verified; null where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VerifiedExtent? Verified { get; init; }

    /// <summary>Why no further; null when in full.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VerifiedReason { get; init; }

    /// <summary>The view of <paramref name="file"/>.</summary>
    public static FileView Of(BackupFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var m = file.Manifest;
        return new FileView(file.Name, m.Generation, m.Bytes, m.Sha256, m.CompletedAt, file.Copyable) { Verified = m.Verified, VerifiedReason = m.VerifiedReason };
    }
}

/// <summary>An alert, as its database shows it.</summary>
public sealed record DatabaseAlertView(string Id, string Code, DateTimeOffset RaisedAt, DateTimeOffset? ClearedAt, string Text);

/// <summary>Attempts, newest first.</summary>
public sealed record AttemptList(IReadOnlyList<AttemptView> Attempts) : IProtocolMessage
{
    /// <summary>Whether older ones did not fit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool More { get; init; }
}

/// <summary>One attempt.</summary>
public sealed record AttemptView(
    string Id,
    string Database,
    Operation Operation,
    Trigger Trigger,
    AttemptState State,
    long? Token,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? Error,
    Blocker? BlockedBy,
    bool DryRun,
    RunProgress? Progress,
    ResultView? Result,
    LateOutcomeView? LateOutcome)
{
    /// <summary>What is restored to where; null for what is no restore.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreOrder? Restore { get; init; }

    /// <summary>The view of <paramref name="attempt"/>; <paramref name="progress"/> is that of the run, while it runs.</summary>
    public static AttemptView Of(string database, Attempt attempt, RunProgress? progress)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var a = attempt;
        var result = a.Outcome is { } outcome ? ResultView.Of(outcome) : null;
        return new AttemptView(a.Id, database, a.Operation, a.Trigger, a.State, a.Token, a.StartedAt, a.FinishedAt, a.Error, a.BlockedBy,
            a.DryRun, a.State == AttemptState.Running ? progress : null, result, LateOutcomeView.Of(a.LateOutcome))
        {
            Restore = a.Restore,
        };
    }
}

/// <summary>What a run said after its lock had been cleared; it has no effect.</summary>
public sealed record LateOutcomeView(AttemptState State, string? Error, ResultView Result)
{
    /// <summary>The view of <paramref name="outcome"/>.</summary>
    public static LateOutcomeView? Of(Outcome? outcome) => outcome is { } o
        ? new LateOutcomeView(o.State, o.Error, ResultView.Of(o))
        : null;
}

/// <summary>What a run did.</summary>
public sealed record ResultView(BackupManifest? Backup, PurgeResult? Purge, double ElapsedSeconds)
{
    /// <summary>Why a purge deleted nothing, or after a dry run would delete nothing; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PurgeHold? Held { get; init; }

    /// <summary>What a restore put where; null for another run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreResult? Restore { get; init; }

    /// <summary>The view of <paramref name="outcome"/>.</summary>
    public static ResultView Of(Outcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new ResultView(outcome.Backup, outcome.Purge, outcome.Elapsed.TotalSeconds) { Held = outcome.Held, Restore = outcome.Restore };
    }
}

/// <summary>Alerts of all databases, newest first.</summary>
public sealed record AlertList(IReadOnlyList<AlertView> Alerts) : IProtocolMessage
{
    /// <summary>Whether older ones did not fit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool More { get; init; }
}

/// <summary>One alert and where its notifications have arrived.</summary>
public sealed record AlertView(
    string Id,
    string Database,
    string Code,
    DateTimeOffset RaisedAt,
    DateTimeOffset? ClearedAt,
    string Text,
    IReadOnlyList<DeliveryView> Deliveries);

/// <summary>What became of a test notification.</summary>
public sealed record AlertTestResult(IReadOnlyList<ReceiverTestView> Receivers) : IProtocolMessage;

/// <summary>Whether a test notification reached one receiver, and if not, why.</summary>
public sealed record ReceiverTestView(string Receiver, bool Delivered, string? Error);

/// <summary>The delivery of one notification to one receiver.</summary>
public sealed record DeliveryView(string Receiver, AlertPhase Phase, DateTimeOffset? DeliveredAt, int FailedTries, string? LastError)
{
    /// <summary>The receiver has refused it for good, so it is passed by; <see cref="LastError"/> is what it said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Refused { get; init; }
}
