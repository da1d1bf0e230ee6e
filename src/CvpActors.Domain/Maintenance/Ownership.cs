namespace CvpActors.Domain.Maintenance;

/// <summary>
/// A database id has one owner: the node that serves it. A second node with the same id has another database or another copy of its
/// configuration; what it says of runs and tokens is about something else, and believing it would end healthy runs. Pure.
/// </summary>
public static class Ownership
{
    /// <summary>Decides whether the agent that speaks is the one that serves the database.</summary>
    /// <param name="owner">The node that served it so far; null while none did.</param>
    /// <param name="presence">Whether that node's agent can be reached.</param>
    /// <param name="held">The lock, or null.</param>
    /// <param name="claim">What the agent says.</param>
    public static OwnershipVerdict Judge(string? owner, AgentPresence presence, MaintenanceLock? held, AgentClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        owner = IsName(owner) ? owner : null;
        if (owner == claim.Node)
        {
            return new Serves();
        }

        if (held is not null)
        {
            // The token is known to nobody but the ledger of the agent that got it: a node that was renamed still has that.
            return claim.Tokens.Contains(held.Token) || held.Node == claim.Node || !IsName(held.Node)
                ? new TakesOver(owner)
                : new Denied(held.Node, $"{held.AttemptId} holds the lock there");
        }

        return owner is null || presence.Contact == AgentContact.Unreachable
            ? new TakesOver(owner)
            : new Denied(owner, presence.Contact == AgentContact.Connected ? "it is connected" : "it is waited for");
    }

    /// <summary>Earlier versions recorded the address of a node that is alone, which changes with each start and so identifies nothing.</summary>
    private static bool IsName(string? node) => !string.IsNullOrEmpty(node) && !node.StartsWith("akka", StringComparison.Ordinal);
}

/// <summary>What an agent says of itself when it wants to serve a database.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Tokens">The tokens of the run that is under way and of the outcomes that are unreported.</param>
public sealed record AgentClaim(string Node, IReadOnlyCollection<long> Tokens);

/// <summary>Whether an agent serves a database.</summary>
public abstract record OwnershipVerdict;

/// <summary>It does, as before.</summary>
public sealed record Serves : OwnershipVerdict;

/// <summary>It does from now on, in place of <paramref name="From"/>.</summary>
public sealed record TakesOver(string? From) : OwnershipVerdict;

/// <summary>It does not: <paramref name="Owner"/> does.</summary>
/// <param name="Owner">The node that serves the database.</param>
/// <param name="Reason">Why that is so, for a person: fit to follow the owner's name and a comma.</param>
public sealed record Denied(string Owner, string Reason) : OwnershipVerdict;
