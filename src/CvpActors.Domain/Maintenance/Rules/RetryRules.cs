using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>A scheduled run that is blocked or fails is tried again until it succeeds or its window ends (rule 4).</summary>
internal static class RetryRules
{
    /// <summary>Makes every try whose moment has come, in the order of <see cref="RetryOrder"/>.</summary>
    public static void TryWhatIsDue(Draft draft)
    {
        if (draft.Agent.Contact == AgentContact.Awaited)
        {
            return;
        }

        foreach (var operation in RetryOrder.Due(draft.State, draft.Now))
        {
            Try(draft, operation, draft.State.Of(operation).Window!);
        }
    }

    /// <summary>Whether a try has come that only lacks room among the operations that run at once; it is no failure, and nothing is recorded of it.</summary>
    public static bool WantsSlot(DatabaseState state, AgentPresence agent, DateTimeOffset now) =>
        state.Lock is null && agent.Contact == AgentContact.Connected && RetryOrder.Due(state, now).Count > 0;

    /// <summary>When the next try is made; while it waits for its turn, when that turn comes too late.</summary>
    public static DateTimeOffset? NextCheckAt(DatabaseState state, DatabasePolicy policy, Operation operation, RunSlot slot) =>
        state.Of(operation).Window is not { NextAttemptAt: { } next } window ? null
        : slot.State == RunSlotState.Waiting && state.Lock is null ? Later(next, window.Deadline + policy.Of(operation).Retry.Grace + TimeSpan.FromTicks(1))
        : next;

    /// <summary>When a run that ends now with that outcome is tried again; null when it is not.</summary>
    public static DateTimeOffset? NextTryAfterRun(Draft draft, MaintenanceLock ended, Outcome outcome)
    {
        var window = draft.State.Of(ended.Operation).Window;
        return ended.Trigger != Trigger.Scheduled || outcome.State == AttemptState.Succeeded || CancelRules.EndsWindow(ended, window) ? null
            : HoldRules.WasLetGoMeanwhile(draft, outcome) && draft.Now <= window?.Deadline ? draft.Now
            : window?.NextTryAfter(draft.Now);
    }

    /// <summary>
    /// Closes the window of a scheduled run that ended for good. On-demand runs touch no window: neither does their success
    /// close one, nor are they retried (rule 3).
    /// </summary>
    public static void AfterRun(Draft draft, MaintenanceLock ended, AttemptState end)
    {
        if (ended.Trigger != Trigger.Scheduled)
        {
            return;
        }

        var window = draft.State.Of(ended.Operation).Window;
        if (end == AttemptState.Succeeded)
        {
            Close(draft, ended.Operation, window, WindowEnd.Succeeded);
            AlertRules.ClearAll(draft, AlertCodes.GaveUp(ended.Operation));
        }
        else if (CancelRules.EndsWindow(ended, window))
        {
            Close(draft, ended.Operation, window, WindowEnd.Cancelled);
        }
        else if (window is null && draft.State.Pause is { } pause)
        {
            // Its window was closed by the pause: nobody tries it again, and nobody would hear of it.
            AlertRules.Raise(draft, AlertCodes.GaveUp(ended.Operation), ended.Operation,
                $"The scheduled {InWords.Of(ended.Operation)} of {draft.Policy.Database} that was under way when it was paused ({pause.Reason}) {end.InWords()}: "
                + $"{draft.State.FindAttempt(ended.AttemptId)?.Error ?? "no reason given"}. While paused it is not tried again; to have it now, ask for it on demand.");
        }
        else if (window is { NextAttemptAt: null })
        {
            var error = draft.State.FindAttempt(ended.AttemptId)?.Error ?? "no reason given";
            GiveUpRules.GiveUp(draft, ended.Operation, window, $"the last run, {ended.AttemptId}, {end.InWords()}: {error}");
        }
    }

    private static void Try(Draft draft, Operation operation, RetryWindow window)
    {
        if (GiveUpRules.IsOver(window, draft.Policy.Of(operation).Retry.Grace, draft.Now))
        {
            var waited = draft.Slot.State == RunSlotState.Waiting;
            GiveUpRules.GiveUp(draft, operation, window, waited ? $"it waited to the end for its turn: {draft.Slot.Reason}" : GiveUpRules.NobodyThere);
        }
        else if (draft.Agent.Contact != AgentContact.Connected)
        {
            Block(draft, operation, window, LockRules.AgentMissingReason(draft), holder: null);
        }
        else if (LockRules.InTheWayOf(draft.State, operation) is { } held)
        {
            Block(draft, operation, window, LockRules.HeldReason(draft, held), LockRules.AsBlocker(held));
        }
        else if (InterlockRules.WhyNot(draft, operation, dryRun: false) is { } uncovered)
        {
            Block(draft, operation, window, uncovered, holder: null);
        }
        else if (draft.Slot.State == RunSlotState.Granted)
        {
            LockRules.Grant(draft, operation, Trigger.Scheduled, dryRun: false, requestKey: null);
        }
    }

    private static void Block(Draft draft, Operation operation, RetryWindow window, string reason, Blocker? holder)
    {
        var next = window.NextTryAfter(draft.Now);
        draft.Record(new AttemptBlocked(draft.Now, operation, Trigger.Scheduled, reason, holder, next, RequestKey: null));
        if (next is null)
        {
            GiveUpRules.GiveUp(draft, operation, draft.State.Of(operation).Window!, $"the last try was blocked: {reason}");
        }
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static void Close(Draft draft, Operation operation, RetryWindow? window, WindowEnd end)
    {
        if (window is not null)
        {
            draft.Record(new WindowClosed(draft.Now, operation, end));
        }
    }
}
