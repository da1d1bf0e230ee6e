using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>What falls due opens a window, renews an open one, or (when nobody was there) is reported as missed.</summary>
internal static class ScheduleRules
{
    public static void Adopt(Draft draft)
    {
        if (draft.State.Retired is not null)
        {
            return;
        }

        foreach (var operation in Operations.Scheduled)
        {
            var configured = draft.Policy.Of(operation).Schedule?.Text;
            var known = draft.State.Of(operation);
            if (configured == known.Schedule)
            {
                continue;
            }

            draft.Record(new ScheduleAdopted(draft.Now, operation, configured));
            if (configured is null)
            {
                Unschedule(draft, operation, known);
            }
        }

        TellWhatCannotBeRead(draft);
    }

    /// <summary>Nothing is due by itself any more.</summary>
    public static void AdoptNothing(Draft draft)
    {
        foreach (var operation in Operations.Scheduled.Where(o => draft.State.Of(o).Schedule is not null))
        {
            var known = draft.State.Of(operation);
            draft.Record(new ScheduleAdopted(draft.Now, operation, Schedule: null));
            Unschedule(draft, operation, known);
        }
    }

    private static void TellWhatCannotBeRead(Draft draft)
    {
        if ((draft.Policy.Backup.ScheduleProblem ?? draft.Policy.Purge.ScheduleProblem ?? draft.Policy.DrillScheduleProblem) is not { } problem)
        {
            AlertRules.ClearAll(draft, AlertCodes.ScheduleUnreadable);
            return;
        }

        AlertRules.RaiseOnce(draft, AlertCodes.ScheduleUnreadable, operation: null,
            $"A schedule of {draft.Policy.Database} cannot be read by the coordinator: {problem}. Nothing of it falls due until it can be; on-demand runs go on. "
            + "Install the missing time zones on the coordinator nodes (the package tzdata), or use a zone that all nodes know.");
    }

    /// <summary>What is scheduled no more can neither be retried nor succeed as scheduled: its window and its alerts end.</summary>
    private static void Unschedule(Draft draft, Operation operation, OperationState known)
    {
        if (known.Window is not null)
        {
            draft.Record(new WindowClosed(draft.Now, operation, WindowEnd.Unscheduled));
        }

        AlertRules.ClearAll(draft, AlertCodes.GaveUp(operation));
    }

    /// <summary>The next due moment that has not been dealt with, UTC; null when paused for good or not scheduled.</summary>
    public static DateTimeOffset? NextDueAt(DatabaseState state, DatabasePolicy policy, Operation operation)
    {
        var known = state.Of(operation);
        if (known.Schedule is null || policy.Of(operation).Schedule is not { } schedule || state.Pause is { Until: null })
        {
            return null;
        }

        var after = state.Pause is { Until: { } until } && until > known.CountedUntil ? Pause.CountedUntilAfter(until) : known.CountedUntil;
        return schedule.NextAfter(after);
    }

    public static void OpenDueWindows(Draft draft)
    {
        if (draft.State.Pause is not null)
        {
            return;
        }

        foreach (var operation in Operations.Scheduled)
        {
            if (draft.State.Of(operation).Schedule is not null && draft.Policy.Of(operation).Schedule is { } schedule)
            {
                OpenDue(draft, operation, schedule, draft.Policy.Of(operation).Retry);
            }
        }
    }

    private static void OpenDue(Draft draft, Operation operation, ISchedule schedule, RetryPolicy retry)
    {
        if (DueMoments.Between(schedule, draft.State.Of(operation).CountedUntil, draft.Now) is not { } due)
        {
            return;
        }

        var underWay = draft.State.ScheduledRunUnderWay(operation);
        if (!underWay && draft.State.Of(operation).Window is { } old && GiveUpRules.IsOver(old, retry.Grace, due.First))
        {
            GiveUpRules.GiveUp(draft, operation, old, GiveUpRules.NobodyThere);
        }

        var window = new RetryWindow(due.Last, due.Last + retry.Window, retry.Interval);
        if (draft.State.Of(operation).Window is not null || underWay)
        {
            // A window that ended unseen while it was being renewed is given up by its own next try.
            draft.Record(new WindowRenewed(draft.Now, operation, window.DueAt, window.Deadline, window.Interval));
            return;
        }

        var missed = GiveUpRules.IsOver(window, retry.Grace, draft.Now) ? due : EarlierThanLast(schedule, due, retry);
        if (missed is { } m)
        {
            ReportMissed(draft, operation, m, retry);
        }

        if (missed != due)
        {
            draft.Record(new WindowOpened(draft.Now, operation, window.DueAt, window.Deadline, window.Interval));
        }
    }

    /// <summary>The due moments whose windows had ended before the last one fell due; the others would have been renewed by it.</summary>
    private static DueMoments? EarlierThanLast(ISchedule schedule, DueMoments due, RetryPolicy retry) =>
        due.Count == 1 ? null : DueMoments.Between(schedule, due.First.AddTicks(-1), due.Last - retry.Window - TimeSpan.FromTicks(1));

    private static void ReportMissed(Draft draft, Operation operation, DueMoments missed, RetryPolicy retry)
    {
        var name = InWords.Of(operation);
        draft.Record(new RunsMissed(draft.Now, operation, missed.First, missed.Last, missed.Count));
        var which = missed.Count == 1
            ? $"The scheduled {name} of {draft.Policy.Database}, due {missed.First:u}, was missed"
            : $"{DueMoments.InWords(missed.Count)} scheduled {name}s of {draft.Policy.Database}, due from {missed.First:u} to {missed.Last:u}, were missed";
        AlertRules.Raise(draft, AlertCodes.GaveUp(operation), operation,
            $"{which}: no coordinator could work until {draft.Now:u} (none was running, or its journal could not be written), after the retry window of {InWords.Of(retry.Window)}. "
            + $"Check the coordinator nodes; to have it now, ask for a {name} of {draft.Policy.Database} on demand.");
    }
}
