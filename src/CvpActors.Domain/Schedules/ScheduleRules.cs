using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Retries;

namespace CvpActors.Domain.Schedules;

/// <summary>What falls due opens a window, renews an open one, or (when nobody was there) is reported as missed.</summary>
internal static class ScheduleRules
{
    public static DatabaseReply? Adopt(Deliberation d)
    {
        foreach (var operation in Enum.GetValues<Operation>())
        {
            var configured = d.Policy.Of(operation).Schedule?.Text;
            var known = d.State.Of(operation);
            if (configured == known.Schedule)
            {
                continue;
            }

            d.Record(new ScheduleAdopted(d.Now, operation, configured));
            if (configured is null)
            {
                Unschedule(d, operation, known);
            }
        }

        return null;
    }

    /// <summary>What is scheduled no more can neither be retried nor succeed as scheduled: its window and its alerts end.</summary>
    private static void Unschedule(Deliberation d, Operation operation, OperationState known)
    {
        if (known.Window is not null)
        {
            d.Record(new WindowClosed(d.Now, operation, WindowEnd.Unscheduled));
        }

        AlertRules.ClearAll(d, AlertCodes.GaveUp(operation));
    }

    /// <summary>The next due moment that has not been dealt with, UTC; null when paused for good or not scheduled.</summary>
    public static DateTimeOffset? NextDueAt(DatabaseState state, DatabasePolicy policy, Operation operation)
    {
        var known = state.Of(operation);
        if (known.Schedule is null || policy.Of(operation).Schedule is not { } schedule || state.Pause is { Until: null })
        {
            return null;
        }

        var after = state.Pause is { Until: { } until } && until > known.CountedUntil ? PauseRules.CountedUntilAfter(until) : known.CountedUntil;
        return schedule.NextAfter(after);
    }

    public static void OpenDueWindows(Deliberation d)
    {
        if (d.State.Pause is not null)
        {
            return;
        }

        foreach (var operation in Enum.GetValues<Operation>())
        {
            if (d.State.Of(operation).Schedule is not null && d.Policy.Of(operation).Schedule is { } schedule)
            {
                OpenDue(d, operation, schedule, d.Policy.Of(operation).Retry);
            }
        }
    }

    private static void OpenDue(Deliberation d, Operation operation, ISchedule schedule, RetryPolicy retry)
    {
        if (DueMoments.Between(schedule, d.State.Of(operation).CountedUntil, d.Now) is not { } due)
        {
            return;
        }

        var underWay = d.State.ScheduledRunUnderWay(operation);
        if (!underWay && d.State.Of(operation).Window is { } old && RetryRules.IsOver(old, retry.Grace, due.First))
        {
            RetryRules.GiveUp(d, operation, old, "its last tries were missed, since no coordinator could work (none was running, or its journal could not be written)");
        }

        var window = new RetryWindow(due.Last, due.Last + retry.Window, retry.Interval);
        if (d.State.Of(operation).Window is not null || underWay)
        {
            // A window that ended unseen while it was being renewed is given up by its own next try.
            d.Record(new WindowRenewed(d.Now, operation, window.DueAt, window.Deadline, window.Interval));
            return;
        }

        var missed = RetryRules.IsOver(window, retry.Grace, d.Now) ? due : EarlierThanLast(schedule, due, retry);
        if (missed is { } m)
        {
            ReportMissed(d, operation, m, retry);
        }

        if (missed != due)
        {
            d.Record(new WindowOpened(d.Now, operation, window.DueAt, window.Deadline, window.Interval));
        }
    }

    /// <summary>The due moments whose windows had ended before the last one fell due; the others would have been renewed by it.</summary>
    private static DueMoments? EarlierThanLast(ISchedule schedule, DueMoments due, RetryPolicy retry) =>
        due.Count == 1 ? null : DueMoments.Between(schedule, due.First.AddTicks(-1), due.Last - retry.Window - TimeSpan.FromTicks(1));

    private static void ReportMissed(Deliberation d, Operation operation, DueMoments missed, RetryPolicy retry)
    {
        var name = operation.ToString().ToLowerInvariant();
        d.Record(new RunsMissed(d.Now, operation, missed.First, missed.Last, missed.Count));
        var which = missed.Count == 1
            ? $"The scheduled {name} of {d.Policy.Database}, due {missed.First:u}, was missed"
            : $"{missed.Count} scheduled {name}s of {d.Policy.Database}, due from {missed.First:u} to {missed.Last:u}, were missed";
        AlertRules.Raise(d, AlertCodes.GaveUp(operation), operation,
            $"{which}: no coordinator could work until {d.Now:u} (none was running, or its journal could not be written), after the retry window of {retry.Window:g}. "
            + $"Check the coordinator nodes; run it now by POST /api/v1/databases/{d.Policy.Database}/{name}s.");
    }
}
