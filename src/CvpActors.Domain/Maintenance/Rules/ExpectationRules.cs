using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// An operation that has not succeeded within the time it is expected in is alerted on the absence of success, whatever the cause: paused and
/// forgotten, never scheduled, an agent that is gone, only failures. Counted from the last success, or from when it was first expected.
/// </summary>
internal static class ExpectationRules
{
    /// <summary>Notes what is expected from now on, and ends the alert about what is not, or for longer than before.</summary>
    public static void Adopt(Draft draft)
    {
        if (draft.State.Retired is not null)
        {
            return;
        }

        foreach (var operation in Operations.Scheduled)
        {
            var expected = draft.Policy.Of(operation).ExpectedWithin is not null;
            if (expected != draft.State.Of(operation).ExpectedSince is not null)
            {
                draft.Record(new ExpectationAdopted(draft.Now, operation, expected));
            }

            if (!(OverdueAt(draft.State, draft.Policy, operation) <= draft.Now))
            {
                AlertRules.ClearAll(draft, AlertCodes.Overdue(operation));
            }
        }
    }

    /// <summary>
    /// Raises what is overdue and not alerted. While the coordinator has just started and the agent has not spoken, it waits: the agent may
    /// bring the success that is missing.
    /// </summary>
    public static void PassTime(Draft draft)
    {
        if (draft.Agent.Contact == AgentContact.Awaited)
        {
            return;
        }

        foreach (var operation in Operations.Scheduled)
        {
            if (NextCheckAt(draft.State, draft.Policy, operation) <= draft.Now)
            {
                AlertRules.RaiseOnce(draft, AlertCodes.Overdue(operation), operation, Text(draft, operation));
            }
        }
    }

    /// <summary>Clears the alert of an operation that has succeeded.</summary>
    public static void AfterSuccess(Draft draft, Operation operation)
    {
        if (Operations.Scheduled.Contains(operation))
        {
            AlertRules.ClearAll(draft, AlertCodes.Overdue(operation));
        }
    }

    /// <summary>When it is next to be looked at, UTC; null while time alone changes nothing.</summary>
    public static DateTimeOffset? NextCheckAt(DatabaseState state, DatabasePolicy policy, Operation operation) =>
        AlertRules.OpenAlert(state, AlertCodes.Overdue(operation)) is null ? OverdueAt(state, policy, operation) : null;

    private static DateTimeOffset? OverdueAt(DatabaseState state, DatabasePolicy policy, Operation operation) =>
        state.Of(operation).ExpectedSince + policy.Of(operation).ExpectedWithin;

    private static string Text(Draft draft, Operation operation)
    {
        var (database, name, known) = (draft.Policy.Database, InWords.Of(operation), draft.State.Of(operation));
        var since = known.LastSuccess is { } last
            ? $"The last {name} of {database} that succeeded is {last.Id}, ended {last.FinishedAt:u}"
            : $"No {name} of {database} has ever succeeded; one has been expected since {known.ExpectedSince:u}";
        return $"{since}; another was to follow within {InWords.Of(draft.Policy.Of(operation).ExpectedWithin ?? TimeSpan.Zero)}. "
            + $"{Cause(draft, operation)}.{LastTry(draft.State, operation)} To have one now, ask for a {name} of {database} on demand.";
    }

    /// <summary>The likely cause, by what stands in the way first.</summary>
    private static string Cause(Draft draft, Operation operation)
    {
        var (database, name, known) = (draft.Policy.Database, InWords.Of(operation), draft.State.Of(operation));
        if (draft.Agent.Contact == AgentContact.Unreachable)
        {
            var unheard = draft.State.UnservedSince ?? draft.Now - draft.Agent.SilentFor;
            return $"The agent of {database} cannot be reached since {unheard:u}: check that its reporting node runs and is in the cluster";
        }

        return draft.State switch
        {
            { Lock: { } held } when held.Operation == operation => $"{held.AttemptId} has been running since {held.AcquiredAt:u}",
            { Pause: { } pause } => $"Its schedules are paused since {pause.Since:u} ({pause.Reason}), until {(pause.Until is { } until ? $"{until:u}" : "somebody resumes them")}",
            { Lock: { } held } => $"{held.AttemptId} holds the lock since {held.AcquiredAt:u}",
            _ when draft.Policy.Of(operation).ScheduleProblem is { } problem => $"Its schedule cannot be read by the coordinator: {problem}",
            _ when known.Schedule is null => $"It has no schedule for a {name} ({name}.schedule)",
            { HeldPurge: not null } when operation == Operation.Purge => $"It is held: cvpctl release {database} --reason \"…\" lets it go",
            _ when known.Window is { } window => $"It has been tried since {window.DueAt:u}, until {window.Deadline:u}"
                + (draft.Slot.State == RunSlotState.Waiting ? $", and waits for its turn: {draft.Slot.Reason}" : ""),
            _ => ScheduleRules.NextDueAt(draft.State, draft.Policy, operation) is { } due
                ? $"It is next due {due:u}"
                : "Its schedule names no moment that is to come",
        };
    }

    private static string LastTry(DatabaseState state, Operation operation) =>
        state.Attempts.FindLast(a => a.Operation == operation && !a.DryRun && a.State != AttemptState.Running) is { } last && last.State != AttemptState.Succeeded
            ? $" The last try, {last.Id} at {last.StartedAt:u}, {(last.State == AttemptState.Blocked ? "was blocked" : last.State.InWords())}: {last.Error ?? "no reason given"}."
            : "";
}
