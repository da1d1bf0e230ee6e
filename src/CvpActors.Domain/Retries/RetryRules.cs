using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Locks;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Retries;

/// <summary>Scheduled runs are tried until they succeed or their window ends (rules 4, 5 and 6).</summary>
internal static class RetryRules
{
    /// <summary>Makes every try whose moment has come: the earlier first, on a tie the backup (rule 6).</summary>
    public static void TryWhatIsDue(Deliberation d)
    {
        if (d.Agent.Contact == AgentContact.Awaited)
        {
            return;
        }

        var due = Enum.GetValues<Operation>()
            .Where(o => d.State.Of(o).Window?.NextAttemptAt <= d.Now)
            .OrderBy(o => d.State.Of(o).Window!.NextAttemptAt)
            .ThenBy(o => o);
        foreach (var operation in due.ToArray())
        {
            Try(d, operation, d.State.Of(operation).Window!);
        }
    }

    /// <summary>When a run that ends now as <paramref name="end"/> is tried again; null when it is not.</summary>
    public static DateTimeOffset? NextTryAfterRun(Deliberation d, MaintenanceLock ended, AttemptState end) =>
        ended.Trigger == Trigger.Scheduled && end != AttemptState.Succeeded && !IsCancelled(ended, d.State.Of(ended.Operation).Window)
            ? d.State.Of(ended.Operation).Window?.NextTryAfter(d.Now)
            : null;

    /// <summary>Whether an administrator's cancelling ends the window: not one that was renewed while the cancelled run was stopping.</summary>
    private static bool IsCancelled(MaintenanceLock ended, RetryWindow? window) =>
        ended.CancelRequested && !(window?.DueAt > ended.AcquiredAt);

    /// <summary>
    /// Closes the window of a scheduled run that ended for good. On-demand runs touch no window: neither does their success
    /// close one, nor are they retried (rule 3).
    /// </summary>
    public static void AfterRun(Deliberation d, MaintenanceLock ended, AttemptState end)
    {
        if (ended.Trigger != Trigger.Scheduled)
        {
            return;
        }

        var window = d.State.Of(ended.Operation).Window;
        if (end == AttemptState.Succeeded)
        {
            Close(d, ended.Operation, window, WindowEnd.Succeeded);
            AlertRules.ClearAll(d, AlertCodes.GaveUp(ended.Operation));
        }
        else if (IsCancelled(ended, window))
        {
            Close(d, ended.Operation, window, WindowEnd.Cancelled);
        }
        else if (window is { NextAttemptAt: null })
        {
            var error = d.State.FindAttempt(ended.AttemptId)?.Error ?? "no reason given";
            GiveUp(d, ended.Operation, window, $"the last run, {ended.AttemptId}, {end.ToString().ToLowerInvariant()}: {error}");
        }
    }

    /// <summary>Ends a window whose last try has been made or missed, and raises its one alert (rule 5).</summary>
    public static void GiveUp(Deliberation d, Operation operation, RetryWindow window, string last)
    {
        d.Record(new WindowClosed(d.Now, operation, WindowEnd.Exhausted));
        AlertRules.Raise(d, AlertCodes.GaveUp(operation), operation,
            $"The scheduled {operation.ToString().ToLowerInvariant()} of {d.Policy.Database}, due {window.DueAt:u}, was given up after "
            + $"{window.Retries} retries at the end of its window ({window.Deadline:u}); {last}. "
            + $"It is tried again when it is next due, or now by POST /api/v1/databases/{d.Policy.Database}/{operation.ToString().ToLowerInvariant()}s.");
    }

    /// <summary>Whether even the last try of a window can no longer be made.</summary>
    public static bool IsOver(RetryWindow window, TimeSpan grace, DateTimeOffset now) => window.Deadline + grace < now;

    private static void Try(Deliberation d, Operation operation, RetryWindow window)
    {
        if (IsOver(window, d.Policy.Of(operation).Retry.Grace, d.Now))
        {
            GiveUp(d, operation, window, "its last tries were missed, since no coordinator could work (none was running, or its journal could not be written)");
        }
        else if (d.Agent.Contact != AgentContact.Connected)
        {
            Block(d, operation, window, LockRules.AgentMissingReason(d), holder: null);
        }
        else if (d.State.Lock is { } held)
        {
            Block(d, operation, window, LockRules.HeldReason(d, held), LockRules.AsBlocker(held));
        }
        else
        {
            LockRules.Grant(d, operation, Trigger.Scheduled, dryRun: false, requestKey: null);
        }
    }

    private static void Block(Deliberation d, Operation operation, RetryWindow window, string reason, Blocker? holder)
    {
        var next = window.NextTryAfter(d.Now);
        d.Record(new AttemptBlocked(d.Now, operation, Trigger.Scheduled, reason, holder, next, RequestKey: null));
        if (next is null)
        {
            GiveUp(d, operation, d.State.Of(operation).Window!, $"the last try was blocked: {reason}");
        }
    }

    private static void Close(Deliberation d, Operation operation, RetryWindow? window, WindowEnd end)
    {
        if (window is not null)
        {
            d.Record(new WindowClosed(d.Now, operation, end));
        }
    }
}
