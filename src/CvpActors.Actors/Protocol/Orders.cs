using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain;
using CvpActors.Domain.Clocks;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;

namespace CvpActors.Actors.Protocol;

// From the coordinator to an agent. Each is sent again until the state shows that it was followed, so an agent takes
// the same order twice as it takes it once. An epoch lower than the highest the agent has seen is refused.

/// <summary>An order to an agent.</summary>
public interface IOrder : IProtocolMessage
{
    /// <summary>The coordinator incarnation that gives it.</summary>
    long Epoch { get; }
}

/// <summary>Start a run; the lock has been granted to it.</summary>
public sealed record StartRun(long Epoch, string AttemptId, Operation Operation, long Token, bool DryRun) : IOrder
{
    /// <summary>
    /// When the lock was granted, by the coordinator's clock, UTC: a purge counts its retention back from here, so that a wrong clock on
    /// the agent's machine deletes nothing. Null from a coordinator of an earlier version.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? GrantedAt { get; init; }

    /// <summary>What the coordinator knows of its clock; null where nobody watches it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClockEvidence? Clock { get; init; }

    /// <summary>Keys of findings that would hold a purge and that an administrator has let go; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? LetGo { get; init; }

    /// <summary>What is restored to where; null for what is no restore.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreOrder? Restore { get; init; }

    /// <summary>How far purges went, as the coordinator knows it; null for what is no restore.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PurgedUpTo? Purged { get; init; }
}

/// <summary>Stop the run of this token.</summary>
public sealed record CancelRun(long Epoch, long Token) : IOrder;

/// <summary>Stop the run of this token and refuse the token from now on; answered by <see cref="RunFenced"/>.</summary>
public sealed record FenceRun(long Epoch, long Token) : IOrder;

/// <summary>Say what runs; answered by <see cref="AgentHello"/>.</summary>
public sealed record ReportNow(long Epoch) : IOrder;

/// <summary>The agent is known; answers <see cref="AgentHello"/>.</summary>
public sealed record HelloAccepted(long Epoch) : IOrder;

/// <summary>The agent is not heard, since another node serves a database of the same id; answers <see cref="AgentHello"/>.</summary>
/// <param name="Epoch">The coordinator incarnation.</param>
/// <param name="Owner">The node that serves it.</param>
/// <param name="Reason">Why that one does.</param>
public sealed record HelloDenied(long Epoch, string Owner, string Reason) : IOrder;

/// <summary>The outcome of this token is persisted: it need not be reported again.</summary>
public sealed record OutcomeAcknowledged(long Epoch, long Token) : IOrder;
