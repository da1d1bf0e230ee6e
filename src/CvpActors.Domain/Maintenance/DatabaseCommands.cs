using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance;

/// <summary>
/// Something that is put to <see cref="DatabaseDecider"/>: a wish that may be refused, or a fact that may not.
/// The wishes travel between nodes; their names below are permanent.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RequestRun), "request-run")]
[JsonDerivedType(typeof(CancelAttempt), "cancel-attempt")]
[JsonDerivedType(typeof(ClearLock), "clear-lock")]
[JsonDerivedType(typeof(PauseSchedules), "pause-schedules")]
[JsonDerivedType(typeof(ResumeSchedules), "resume-schedules")]
public abstract record DatabaseCommand;

/// <summary>The configured schedules are in force from now on.</summary>
public sealed record AdoptSchedules : DatabaseCommand;

/// <summary>Time has passed: whatever is due is decided.</summary>
public sealed record PassTime : DatabaseCommand;

/// <summary>An administrator wants a run now (rule 3).</summary>
public sealed record RequestRun(Operation Operation, bool DryRun, string? RequestKey) : DatabaseCommand;

/// <summary>An administrator wants a run stopped.</summary>
public sealed record CancelAttempt(string AttemptId) : DatabaseCommand;

/// <summary>An administrator wants the lock cleared, whoever holds it.</summary>
public sealed record ClearLock(string Reason) : DatabaseCommand;

/// <summary>An administrator wants no scheduled runs for a while.</summary>
public sealed record PauseSchedules(DateTimeOffset? Until, string Reason) : DatabaseCommand;

/// <summary>An administrator wants scheduled runs again.</summary>
public sealed record ResumeSchedules : DatabaseCommand;

/// <summary>Fact: a run ended.</summary>
public sealed record RunEnded(long Token, Outcome Outcome) : DatabaseCommand;

/// <summary>Fact: what the agent executes at this moment.</summary>
/// <param name="HighestToken">The highest token it has seen.</param>
/// <param name="RunningToken">The token of its run, or null when nothing runs.</param>
/// <param name="RunningFor">How long that run has lasted by the agent's monotonic clock.</param>
/// <param name="UnreportedTokens">Tokens whose outcomes are on their way.</param>
public sealed record AgentReported(long HighestToken, long? RunningToken, TimeSpan RunningFor, ImmutableArray<long> UnreportedTokens)
    : DatabaseCommand;

/// <summary>Fact: the agent has cancelled the holder and refuses its token from now on.</summary>
public sealed record HolderFenced(long Token) : DatabaseCommand;

/// <summary>Fact: delivery has taken over a notification.</summary>
public sealed record NotificationTakenOver(string AlertId, AlertPhase Phase) : DatabaseCommand;

/// <summary>What a decision may look at besides state and policy.</summary>
/// <param name="Now">The time, UTC.</param>
/// <param name="Agent">Whether a run could be executed.</param>
public readonly record struct DecisionContext(DateTimeOffset Now, AgentPresence Agent);

/// <summary>What the coordinator knows of the database's agent.</summary>
/// <param name="Contact">Whether it can be reached.</param>
/// <param name="Node">Its node; empty while it was never seen.</param>
public readonly record struct AgentPresence(AgentContact Contact, string Node)
{
    /// <summary>The coordinator has just started and the agent has not spoken yet.</summary>
    public static AgentPresence Awaited { get; } = new(AgentContact.Awaited, "");

    /// <summary>An agent that speaks.</summary>
    public static AgentPresence On(string node) => new(AgentContact.Connected, node);
}

/// <summary>Whether an agent can be reached.</summary>
public enum AgentContact
{
    /// <summary>Nobody knows yet: nothing that needs the agent is decided for a moment.</summary>
    Awaited,

    /// <summary>It speaks.</summary>
    Connected,

    /// <summary>It has been silent for too long.</summary>
    Unreachable,
}
