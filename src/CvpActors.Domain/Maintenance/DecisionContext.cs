namespace CvpActors.Domain.Maintenance;

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
