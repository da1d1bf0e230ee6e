using System.Collections.Immutable;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Agents;

/// <summary>
/// What an agent must know after its process was killed: the highest token and epoch it has seen, what it was running,
/// and the outcomes that no coordinator has acknowledged yet.
/// </summary>
/// <param name="HighestToken">Lower tokens are refused.</param>
/// <param name="HighestEpoch">Coordinators of lower epochs are refused.</param>
/// <param name="Running">The run that was started and has not ended, or null.</param>
/// <param name="Unreported">Outcomes that are reported until they are acknowledged, oldest first.</param>
public sealed record AgentLedger(
    long HighestToken,
    long HighestEpoch,
    LedgerRun? Running,
    ImmutableArray<RunReport> Unreported)
{
    /// <summary>The ledger of an agent that has never run anything.</summary>
    public static AgentLedger Empty { get; } = new(0, 0, null, []);

    /// <summary>
    /// The ledger after the process died: a run that was under way is lost, and that is an outcome to be reported like any other.
    /// </summary>
    public AgentLedger AfterCrash() => Running is not { } run
        ? this
        : Ended(new RunReport(run.Token, run.AttemptId, new Outcome(AttemptState.Lost, "the node's process ended while it ran")));

    /// <summary>The ledger with a run started.</summary>
    public AgentLedger Started(LedgerRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return this with { HighestToken = Math.Max(HighestToken, run.Token), Running = run };
    }

    /// <summary>The ledger with a run ended and its outcome to be reported.</summary>
    public AgentLedger Ended(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return this with
        {
            Running = Running?.Token == report.Token ? null : Running,
            Unreported = Unreported.RemoveAll(r => r.Token == report.Token).Add(report),
        };
    }

    /// <summary>The ledger without the outcome that a coordinator has acknowledged.</summary>
    public AgentLedger Acknowledged(long token) => this with { Unreported = Unreported.RemoveAll(r => r.Token == token) };
}

/// <summary>A run that an agent has started.</summary>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Token">Its fencing token.</param>
/// <param name="StartedAt">When, UTC.</param>
public sealed record LedgerRun(string AttemptId, Operation Operation, long Token, DateTimeOffset StartedAt);

/// <summary>The outcome of one run, on its way to the coordinator.</summary>
/// <param name="Token">The run's token.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record RunReport(long Token, string AttemptId, Outcome Outcome);
