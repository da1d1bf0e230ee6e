namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// A database that no agent serves any more is retired: its schedules, windows and alerts end, its history is kept. An agent that serves it
/// again brings it back.
/// </summary>
internal static class RetirementRules
{
    /// <summary>An absence of this length is no restart.</summary>
    private static readonly TimeSpan NoRestart = TimeSpan.FromMinutes(10);

    /// <summary>An administrator's wish.</summary>
    public static DatabaseReply Retire(Draft draft, string reason)
    {
        var database = draft.Policy.Database;
        if (draft.State.Retired is { Removed: true } gone)
        {
            return new NotThere(WhyGone(database, gone));
        }

        if (draft.Agent.Contact == AgentContact.Awaited)
        {
            return new AgentMissing($"the coordinator has just started and waits for the agent of {database}; ask again in a moment") { Awaited = true };
        }

        if (draft.Agent.Contact == AgentContact.Connected)
        {
            return new NotPossible($"the agent on {draft.Agent.Node} serves {database}; take it out of that node's configuration, or stop the node, first");
        }

        if (draft.State.Lock is { } held)
        {
            return new NotPossible($"{LockRules.HeldReason(draft, held)}; wait for its agent, or clear the lock first");
        }

        End(draft, reason, removed: true);
        return new Accepted();
    }

    /// <summary>Nobody can serve it: retired as soon as nothing runs.</summary>
    public static void TakenOut(Draft draft)
    {
        if (draft.State is { Lock: null, Retired: null or { Removed: false } } && draft.Agent.Contact != AgentContact.Connected)
        {
            End(draft, "it is no longer in the configuration of this node, the only one", removed: true);
        }
    }

    public static void PassTime(Draft draft)
    {
        if (draft.State is { UnservedSince: null, Retired: null } && draft.Agent.Contact == AgentContact.Unreachable && draft.Agent.SilentFor >= NoRestart)
        {
            draft.Record(new AgentMissed(draft.Now, draft.Now - draft.Agent.SilentFor));
        }

        if (!(NextCheckAt(draft.State, draft.Policy) <= draft.Now))
        {
            return;
        }

        NoticeService(draft);
        if (draft.Agent.Contact == AgentContact.Unreachable)
        {
            End(draft, $"no agent has served it since {draft.State.UnservedSince:u}", removed: false);
        }
    }

    /// <summary>Who can be reached serves it.</summary>
    public static void NoticeService(Draft draft)
    {
        if (draft.State is { UnservedSince: null, Retired: null } || draft.Agent.Contact != AgentContact.Connected)
        {
            return;
        }

        draft.Record(new ServedAgain(draft.Now));
        ScheduleRules.Adopt(draft);
        ExpectationRules.Adopt(draft);
    }

    public static DateTimeOffset? NextCheckAt(DatabaseState state, DatabasePolicy policy) =>
        state is { Retired: null, Lock: null } ? state.UnservedSince + policy.RetireAfter : null;

    public static string WhyGone(string database, Retirement retired) =>
        $"{database} was retired {retired.At:u} ({retired.Reason}); its history is kept under its attempts, and an agent that serves it again brings it back";

    private static void End(Draft draft, string reason, bool removed)
    {
        draft.Record(new DatabaseRetired(draft.Now, reason, removed));
        ScheduleRules.AdoptNothing(draft);
        foreach (var alert in draft.State.Alerts.Where(alert => alert.ClearedAt is null))
        {
            draft.Record(new AlertCleared(draft.Now, alert.Id));
        }
    }
}
