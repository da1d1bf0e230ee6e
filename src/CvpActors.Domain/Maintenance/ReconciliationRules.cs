using CvpActors.Domain.Attempts;
using CvpActors.Domain.Locks;

namespace CvpActors.Domain.Maintenance;

/// <summary>
/// Intent meets execution: the coordinator believes that a run holds the lock, the agent says what it executes.
/// The agent is right about execution.
/// </summary>
internal static class ReconciliationRules
{
    /// <summary>A start that has not reached the agent after this long is not sent again but counted as lost.</summary>
    public static readonly TimeSpan StartMayTake = TimeSpan.FromMinutes(1);

    public static DatabaseReply? Compare(Deliberation d, AgentReported report)
    {
        if (d.State.Lock is not { } held)
        {
            return null;
        }

        if (report.RunningToken == held.Token)
        {
            ClearanceRules.CompareAge(d, held, report.RunningFor);
            return null;
        }

        if (report.UnreportedTokens.Contains(held.Token))
        {
            return null;
        }

        var received = report.HighestToken >= held.Token;
        if (!received && held.Age(d.Now) <= StartMayTake)
        {
            return null;
        }

        var error = received
            ? "the agent no longer knows of this run: its process or machine ended under it"
            : "the order to start never reached the agent";
        return LockRules.RunEnded(d, held.Token, new Outcome(AttemptState.Lost, error));
    }
}
