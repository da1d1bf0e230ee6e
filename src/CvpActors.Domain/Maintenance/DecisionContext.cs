using System.Collections.Immutable;

namespace CvpActors.Domain.Maintenance;

/// <summary>What a decision may look at besides state and policy.</summary>
/// <param name="Now">The time, UTC.</param>
/// <param name="Agent">Whether a run could be executed.</param>
/// <param name="Slot">Whether it may be one of those that run at once.</param>
public readonly record struct DecisionContext(DateTimeOffset Now, AgentPresence Agent, RunSlot Slot = default)
{
    /// <summary>
    /// What the clock must show at least, by how long it is since it was read last (monotonic): a clock that was set back in a span without
    /// events is noticed by this. Null when it was never read before.
    /// </summary>
    public DateTimeOffset? ClockAtLeast { get; init; }

    /// <summary>What is verified at the configured remotes, the latest of each; null while that has not been read yet.</summary>
    public ImmutableArray<ShippedGeneration>? Shipped { get; init; }

    /// <summary>The requests that were refused lately; null for none.</summary>
    public RecentRefusals? Refusals { get; init; }
}

/// <summary>A generation that a remote has verified.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Generation">Which.</param>
/// <param name="Sha256">Its checksum: after a directory was made anew its number may be given twice.</param>
public sealed record ShippedGeneration(string Remote, long Generation, string Sha256);

/// <summary>A database's place among the operations that run at once (<c>policy.max-concurrent</c>).</summary>
/// <param name="State">Whether there is one.</param>
/// <param name="Reason">What there is no room for, for a person; null while there is room.</param>
public readonly record struct RunSlot(RunSlotState State, string? Reason = null)
{
    /// <summary>Nobody has asked for one yet.</summary>
    public static RunSlot NotAsked { get; } = new(RunSlotState.NotAsked);
}

/// <summary>Whether a database may run an operation beside those of other databases.</summary>
public enum RunSlotState
{
    /// <summary>It may, now.</summary>
    Granted,

    /// <summary>It has to ask first.</summary>
    NotAsked,

    /// <summary>It has asked, and as many run as may: scheduled runs wait inside their windows, in due order.</summary>
    Waiting,
}

/// <summary>What the coordinator knows of the database's agent.</summary>
/// <param name="Contact">Whether it can be reached.</param>
/// <param name="Node">Its node; empty while it was never seen.</param>
public readonly record struct AgentPresence(AgentContact Contact, string Node)
{
    /// <summary>For how long it has not been heard, by the monotonic clock; zero while it is.</summary>
    public TimeSpan SilentFor { get; init; }

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
