namespace CvpActors.Actors;

/// <summary>What the top actors of a node are called; the paths of what they say begin with these names.</summary>
public static class ActorNames
{
    /// <summary>The manager of the coordinator singleton.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>The way to the coordinator, wherever it is.</summary>
    public const string CoordinatorProxy = "coordinator-proxy";

    /// <summary>The watch over who is in the cluster.</summary>
    public const string Membership = "membership";

    /// <summary>What looks whether a silent coordinator is dead.</summary>
    public const string DeathProbe = "death-probe";

    /// <summary>What knows the time of other nodes.</summary>
    public const string Clock = "clock";

    /// <summary>What tells the coordinator how this node is.</summary>
    public const string NodeReporter = "node-reporter";

    /// <summary>What keeps copies for other sites.</summary>
    public const string Vault = "vault";

    private const string AgentPrefix = "agent-";

    /// <summary>The agent of a database.</summary>
    public static string Agent(string database) => AgentPrefix + database;

    /// <summary>Whether the actor of that path is one of ours, or a child of one.</summary>
    public static bool IsOurs(string actorPath)
    {
        ArgumentNullException.ThrowIfNull(actorPath);
        return actorPath.Contains($"/user/{Coordinator}/singleton/", StringComparison.Ordinal)
            || actorPath.Contains($"/user/{Membership}", StringComparison.Ordinal)
            || actorPath.Contains($"/user/{DeathProbe}", StringComparison.Ordinal)
            || actorPath.Contains($"/user/{Vault}", StringComparison.Ordinal)
            || actorPath.Contains($"/user/{AgentPrefix}", StringComparison.Ordinal);
    }
}
