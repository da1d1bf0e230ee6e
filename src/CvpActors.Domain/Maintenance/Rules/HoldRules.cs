using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance.Folding;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// A purge whose clock is not plausible, or that would empty a category, is held: it deletes nothing, is tried again like any that failed, and
/// an alert says what was seen until an administrator lets it go or the cause has gone.
/// </summary>
internal static class HoldRules
{
    /// <summary>Raises or clears the alert after a run; what is held now stands in the state already.</summary>
    public static void AfterRun(Draft draft, MaintenanceLock ended)
    {
        if (ended is not { Operation: Operation.Purge, DryRun: false })
        {
            return;
        }

        if (draft.State.HeldPurge is not { } held)
        {
            AlertRules.ClearAll(draft, AlertCodes.PurgeHeld);
        }
        else if (held.AttemptId == ended.AttemptId && (held.Since == draft.Now || AlertRules.OpenAlert(draft.State, AlertCodes.PurgeHeld) is null))
        {
            // What holds it now is another thing than what the open alert tells.
            AlertRules.ClearAll(draft, AlertCodes.PurgeHeld);
            AlertRules.Raise(draft, AlertCodes.PurgeHeld, Operation.Purge,
                $"The purge of {draft.Policy.Database} is held and has deleted nothing ({held.AttemptId}). {held.Hold.InWords()} {Retries(ended)} "
                + $"To let it go as it is: cvpctl release {draft.Policy.Database} --reason \"…\".");
        }
    }

    private static string Retries(MaintenanceLock ended) => ended.Trigger == Trigger.Scheduled
        ? "It is tried again as long as its window is open."
        : "It was asked for, and is not tried again by itself: ask again afterwards.";

    /// <summary>Whether a run was held by what has been let go while it ran, and by nothing else: it need not wait for its next try.</summary>
    public static bool WasLetGoMeanwhile(Draft draft, Outcome outcome) => outcome.Held is not null && HoldFold.StillHeldBy(draft.State, outcome) is null;

    public static DatabaseReply LetGo(Draft draft, string reason)
    {
        if (draft.State.HeldPurge is not { } held)
        {
            return new NotThere($"no purge of {draft.Policy.Database} is held");
        }

        draft.Record(new HeldPurgeLetGo(draft.Now, reason, [.. held.Hold.Reasons.Select(r => r.Key)]));
        AlertRules.ClearAll(draft, AlertCodes.PurgeHeld);
        return new Accepted();
    }
}
