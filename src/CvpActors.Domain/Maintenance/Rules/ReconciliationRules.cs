using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// Intent meets execution: the coordinator believes that a run holds the lock, the agent says what it executes.
/// The agent is right about execution.
/// </summary>
internal static class ReconciliationRules
{
    /// <summary>A start that has not reached the agent after this long is not sent again but counted as lost.</summary>
    public static readonly TimeSpan StartMayTake = TimeSpan.FromMinutes(1);

    public static void Compare(Draft draft, AgentReported report)
    {
        if (report.HighestToken > draft.State.LatestNumber)
        {
            draft.Record(new TokensOutrun(draft.Now, report.HighestToken));
        }

        if (draft.State.Lock is not { } held)
        {
            return;
        }

        if (report.RunningToken == held.Token)
        {
            ClearanceRules.CompareAge(draft, held, report.RunningFor);
            return;
        }

        if (report.UnreportedTokens.Contains(held.Token))
        {
            return;
        }

        var received = report.HighestToken >= held.Token;
        if (!received && held.Age(draft.Now) <= StartMayTake)
        {
            return;
        }

        var error = received
            ? "the agent no longer knows of this run: its process or machine ended under it"
            : "the order to start never reached the agent";
        LockRules.RunEnded(draft, held.Token, new Outcome(AttemptState.Lost, error));
    }
}
