namespace CvpActors.Domain.Agents;

/// <summary>
/// What an agent does with an order to start or to fence a run. Pure: the agent does what the verdict says, in the order that it says it.
/// However orders are repeated, delayed or reordered, whatever crashes or disk faults come between them:
/// a token is started at most once; never after it was told to be fenced; and never beside a run that has not ended.
/// </summary>
public static class Admission
{
    /// <summary>Whether a coordinator of a later epoch has been heard, so that nothing of <paramref name="epoch"/> is followed any more.</summary>
    public static bool IsOutdated(AgentLedger ledger, long epoch)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return epoch < ledger.HighestEpoch;
    }

    /// <summary>Decides on an order to start a run.</summary>
    /// <param name="agent">What the agent knows.</param>
    /// <param name="run">The run that is ordered.</param>
    /// <param name="epoch">The epoch of the coordinator that orders it.</param>
    public static StartVerdict Start(AgentSituation agent, LedgerRun run, long epoch)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(run);
        if (agent.Running?.Token == run.Token)
        {
            return new UnderWay();
        }

        if (agent.Refused?.Token == run.Token)
        {
            // Its run must not start behind the back of a coordinator that has heard of the refusal.
            return new RefusedBefore();
        }

        if (run.Token <= agent.Ledger.HighestToken || run.Token < agent.LowestValidToken)
        {
            return new Superseded();
        }

        if (agent.Running is { } older)
        {
            // A higher token means that the older run's lock was cleared, even if its own fencing order never came.
            return new Refuse($"{older.AttemptId} (token {older.Token}) was cancelled and has not ended yet; nothing is started beside it")
            {
                FenceFirst = older.Token,
            };
        }

        return agent.Stopping
            ? new Refuse("the node is stopping")
            : new Launch(agent.Ledger.Started(run) with { HighestEpoch = Math.Max(agent.Ledger.HighestEpoch, epoch) });
    }

    /// <summary>Decides on an order to fence a token.</summary>
    public static FenceVerdict Fence(AgentSituation agent, long token)
    {
        ArgumentNullException.ThrowIfNull(agent);

        // Its order to start may still be on the way: with the token on record it is not followed any more.
        var ledger = agent.Ledger with { HighestToken = Math.Max(agent.Ledger.HighestToken, token) };
        return new FenceVerdict(ledger, CancelFirst: agent.Running?.Token == token);
    }
}

/// <summary>What an agent knows at the moment an order comes.</summary>
/// <param name="Ledger">What it has on disk.</param>
/// <param name="LowestValidToken">Lower tokens were fenced since the process began (<see cref="Running.Fence.Highest"/>).</param>
/// <param name="Running">The run whose work has not ended, or null.</param>
/// <param name="Refused">The latest order to start that was refused, or null.</param>
/// <param name="Stopping">The node is stopping.</param>
public sealed record AgentSituation(AgentLedger Ledger, long LowestValidToken, RunIdentity? Running, RunIdentity? Refused, bool Stopping);

/// <summary>Which run is meant.</summary>
public sealed record RunIdentity(long Token, string AttemptId);

/// <summary>What to do with an order to start.</summary>
public abstract record StartVerdict;

/// <summary>A copy of an order that was followed: say again that the run has started.</summary>
public sealed record UnderWay : StartVerdict;

/// <summary>A copy of an order that was refused: say so again.</summary>
public sealed record RefusedBefore : StartVerdict;

/// <summary>The token was seen or fenced before: say what runs and what is unreported, from which the coordinator learns what became of it.</summary>
public sealed record Superseded : StartVerdict;

/// <summary>Do not start it, and report that it failed.</summary>
/// <param name="Reason">Why, for a person.</param>
public sealed record Refuse(string Reason) : StartVerdict
{
    /// <summary>A token to be fenced, and its run to be cancelled, before the refusal is told; null for none.</summary>
    public long? FenceFirst { get; init; }
}

/// <summary>Start it, once <paramref name="Ledger"/> is on disk; if it cannot be written, refuse.</summary>
public sealed record Launch(AgentLedger Ledger) : StartVerdict;

/// <summary>What to do with an order to fence. The token is refused in memory at once.</summary>
/// <param name="Ledger">To be written before the token is told to be fenced; if it cannot be written, say nothing: the order comes again.</param>
/// <param name="CancelFirst">The token's run is under way: cancel it, and tell when it has ended or has not obeyed for some seconds.</param>
public sealed record FenceVerdict(AgentLedger Ledger, bool CancelFirst);
