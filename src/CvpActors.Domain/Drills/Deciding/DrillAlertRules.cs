using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>A drill that failed is alerted until one succeeds; a database without a success for too long is, whatever the cause.</summary>
internal static class DrillAlertRules
{
    public static void Ended(DrillDraft draft, DrillOutcome outcome)
    {
        if (outcome.Succeeded)
        {
            Clear(draft, AlertCodes.DrillFailed);
            return;
        }

        if (Open(draft.State, AlertCodes.DrillFailed) is null && draft.Policy.IsConfigured)
        {
            var past = draft.State.Past[^1];
            var which = outcome.Generation is { } generation ? $"generation {generation} ({past.Source})" : past.Source;
            draft.Record(new DrillAlertRaised(draft.Now, AlertCodes.DrillFailed,
                $"The drill {past.AttemptId} of {draft.Policy.Database} failed: {which} could not be proven to be restorable: {outcome.Error}. "
                + "See to the cause, then ask for another drill; until one succeeds, do not rely on that backup."));
        }
    }

    /// <summary>Raises what is overdue and not alerted; clears what is no longer so, and all when there are no drills any more.</summary>
    public static void Follow(DrillDraft draft)
    {
        if (!draft.Policy.IsConfigured)
        {
            Clear(draft, AlertCodes.DrillFailed);
            Clear(draft, AlertCodes.DrillOverdue);
            return;
        }

        var isOverdue = OverdueAt(draft.State, draft.Policy) <= draft.Now;
        if (!isOverdue)
        {
            Clear(draft, AlertCodes.DrillOverdue);
        }
        else if (Open(draft.State, AlertCodes.DrillOverdue) is null)
        {
            draft.Record(new DrillAlertRaised(draft.Now, AlertCodes.DrillOverdue, TextOfOverdue(draft)));
        }
    }

    /// <summary>When it is next to be looked at, UTC; null while time alone changes nothing.</summary>
    public static DateTimeOffset? NextCheckAt(DrillState state, DrillPolicy policy) =>
        Open(state, AlertCodes.DrillOverdue) is null ? OverdueAt(state, policy) : null;

    private static DateTimeOffset? OverdueAt(DrillState state, DrillPolicy policy) => state.ExpectedFrom is { } from ? policy.OverdueAt(from) : null;

    private static string TextOfOverdue(DrillDraft draft)
    {
        var (state, database) = (draft.State, draft.Policy.Database);
        var from = state.ExpectedFrom!.Value;
        var since = state.Proven is { } proven
            ? $"The latest drill of {database} that succeeded was {proven.AttemptId}, {proven.EndedAt:u}"
            : $"No drill of {database} has ever succeeded, and drills have been configured since {state.ConfiguredSince:u}";
        var cause = state switch
        {
            { UnderWay: { } underWay } => $"{underWay.AttemptId} has been under way since {underWay.Since:u}",
            { Past: [.., { Outcome.Succeeded: false } last] } => $"{last.AttemptId} failed: {last.Outcome.Error}",
            _ when draft.Context.IsPaused => "Its schedules are paused",
            _ when draft.Context.Agent.Contact != AgentContact.Connected => "Its agent cannot be reached",
            _ => "Nothing was tried since",
        };
        return $"{since}; another was to follow within {InWords.Of(draft.Policy.OverdueAt(from)!.Value - from)}. {cause}. "
            + $"See to the cause, then ask for a drill of {database}.";
    }

    private static Alert? Open(DrillState state, string code) => state.Alerts.FindLast(a => a.ClearedAt is null && a.Code == code);

    private static void Clear(DrillDraft draft, string code)
    {
        if (Open(draft.State, code) is { } open)
        {
            draft.Record(new DrillAlertCleared(draft.Now, open.Id));
        }
    }
}
