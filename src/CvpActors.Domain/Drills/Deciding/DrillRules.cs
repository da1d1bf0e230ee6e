using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Rules;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>
/// What falls due begins once the agent can be reached, one at a time; a drill stands beside everything but another one (<see cref="Exclusions"/>). A scheduled
/// one that fails is not tried again before the next is due: the alert says so, and one can be asked for.
/// </summary>
internal static class DrillRules
{
    private const int LongestError = 2000;

    public static void FollowConfiguration(DrillDraft draft)
    {
        if (!draft.Policy.IsConfigured)
        {
            if (draft.State.ConfiguredSince is not null)
            {
                draft.Record(new DrillsDropped(draft.Now));
            }
        }
        else if (draft.State.ConfiguredSince is null || draft.State.Schedule != draft.Policy.Schedule?.Text)
        {
            draft.Record(new DrillsAdopted(draft.Now, draft.Policy.Schedule?.Text));
        }
    }

    public static DatabaseReply Request(DrillDraft draft, string? requestKey)
    {
        var (state, policy) = (draft.State, draft.Policy);
        if (requestKey is not null && state.Requests.FindLast(r => r.Key == requestKey) is { } earlier)
        {
            return new DrillGranted(earlier.AttemptId);
        }

        if (policy.From is not { } from)
        {
            return new NotPossible($"no drills are configured for {policy.Database}; give it a section drill, which may be empty");
        }

        if (draft.Context.Agent.Contact != AgentContact.Connected)
        {
            return new AgentMissing($"the agent of {policy.Database} is not connected; check that its reporting node runs and is in the cluster")
            {
                Awaited = draft.Context.Agent.Contact == AgentContact.Awaited,
            };
        }

        if (state.UnderWay is { } underWay)
        {
            return new NotPossible($"{underWay.AttemptId} of {policy.Database} has been under way since {underWay.Since:u}; there is one at a time");
        }

        draft.Record(new DrillBegun(draft.Now, Trigger.OnDemand, from) { RequestKey = requestKey });
        return new DrillGranted(draft.State.UnderWay!.AttemptId);
    }

    public static void Ended(DrillDraft draft, DrillEndTold told)
    {
        if (draft.State.UnderWay?.AttemptId == told.AttemptId)
        {
            var outcome = told.Outcome.Error is { Length: > LongestError } error ? told.Outcome with { Error = error[..LongestError] + "…" } : told.Outcome;
            draft.Record(new DrillEnded(draft.Now, told.AttemptId, outcome));
            DrillAlertRules.Ended(draft, outcome);
        }
    }

    public static void BeginWhatIsDue(DrillDraft draft)
    {
        if (draft is not { State.Schedule: not null, Policy: { From: { } from, Schedule: { } schedule } }
            || DueMoments.Between(schedule, draft.State.CountedUntil, draft.Now) is not { } due)
        {
            return;
        }

        var tooLate = draft.Now - due.Last > DrillPolicy.LatestStart;
        var reason = draft.Context.IsPaused ? "its schedules are paused"
            : draft.State.UnderWay is { } underWay ? $"{underWay.AttemptId} is still under way"
            : tooLate ? $"it could not be begun within {InWords.Of(DrillPolicy.LatestStart)}: no coordinator worked, or the agent was not to be reached"
            : null;
        if (reason is not null)
        {
            draft.Record(new DrillPassedOver(draft.Now, due.Last, reason));
        }
        else if (draft.Context.Agent.Contact == AgentContact.Connected)
        {
            draft.Record(new DrillBegun(draft.Now, Trigger.Scheduled, from) { DueAt = due.Last });
        }
    }

    /// <summary>The next due moment that has not been dealt with, UTC; null where nothing falls due.</summary>
    public static DateTimeOffset? NextDueAt(DrillState state, DrillPolicy policy) =>
        state is { Schedule: not null } && policy is { IsConfigured: true, Schedule: { } schedule } ? schedule.NextAfter(state.CountedUntil) : null;
}
