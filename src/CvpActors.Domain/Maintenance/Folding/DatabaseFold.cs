using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Folding;

/// <summary>
/// How each event changes the state. Total and silent: an event that was persisted is never refused. What is folded here, and nothing
/// else, is what survives a restart (rule 10).
/// </summary>
public static class DatabaseFold
{
    /// <summary>The state after <paramref name="happened"/>; its revision is the event's sequence number in the journal.</summary>
    public static DatabaseState Apply(DatabaseState state, IDatabaseEvent happened)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(happened);
        var next = state with { Revision = state.Revision + 1, Watermark = happened.At };
        return happened switch
        {
            ScheduleAdopted e => next.With(e.Operation, o => o with { Schedule = e.Schedule, CountedUntil = e.At }),
            WindowOpened e => OpenWindow(next, e.Operation, e.DueAt, e.Deadline, e.Interval),
            WindowRenewed e => OpenWindow(next, e.Operation, e.DueAt, e.Deadline, e.Interval),
            WindowClosed e => next.With(e.Operation, o => o with { Window = null }),
            RunsMissed e => next.With(e.Operation, o => o with { CountedUntil = e.LastDueAt }),
            TokensOutrun e => next with { TokenOffset = Math.Max(next.TokenOffset, e.HighestToken - next.Revision) },
            LockAcquired e => Acquire(next, e),
            AttemptBlocked e => Block(next, e),
            LockReleased e => Release(next, e),
            CancelRequested e => ChangeLock(next, e.Token, l => l with { CancelRequested = true }),
            ClearanceBegun e => ChangeLock(next, e.Token, l => l with { Clearance = new Clearance(e.Cause, e.Reason, e.At) }),
            LockCleared e => Clear(next, e),
            HeldPurgeLetGo e => HoldFold.LetGo(next, e),
            LateOutcomeRejected e => PurgedFold.AfterRun(ChangeAttempt(next, e.Token, a => a with { LateOutcome = e.Outcome }), e.Outcome),
            LockAgeDoubted e => ChangeLock(next, e.Token, l => l with { AgeCheckAt = e.CheckAgainAt }) with { ClockDoubtedAt = e.At },
            ClockSteppedBack e => ClockStep.MoveBack(next, e.From - e.At) with { ClockDoubtedAt = e.At },
            Paused e => next with { Pause = new Pause(e.At, e.Until, e.Reason) },
            Resumed e => Resume(next, e.From),
            RemoteNamed e => next with { Remotes = [.. next.Remotes ?? [], e.Remote] },
            DrillsNamed => next with { HasHadDrills = true },
            ExpectationAdopted e => next.With(e.Operation, o => o with { ExpectedSince = e.Expected ? e.At : null }),
            AgentMissed e => next with { UnservedSince = e.Since },
            ServedAgain => next with { UnservedSince = null, Retired = null },
            DatabaseRetired e => Retire(next, e),
            AlertRaised e => AddAlert(next, e),
            AlertCleared e => next with { Alerts = next.Alerts.Clear(e.AlertId, e.At) },
            AlertHandedOver e => next with { Alerts = next.Alerts.HandOver(e.AlertId, e.Phase) },
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no fold for this event"),
        };
    }

    private static DatabaseState OpenWindow(
        DatabaseState state, Operation operation, DateTimeOffset dueAt, DateTimeOffset deadline, TimeSpan interval)
    {
        var underWay = state.ScheduledRunUnderWay(operation);
        var window = new RetryWindow(dueAt, deadline, interval) { NextAttemptAt = underWay ? null : dueAt, Tries = underWay ? 1 : 0 };
        return state.With(operation, o => o with { Window = window, CountedUntil = dueAt });
    }

    private static DatabaseState Acquire(DatabaseState state, LockAcquired e)
    {
        // The lock's own event is its token: the journal's key lets no two coordinators write the same one.
        var token = state.LatestNumber;
        var attempt = new Attempt(AttemptId(e.Operation, token), e.Operation, e.Trigger, AttemptState.Running, e.At)
        {
            Token = token,
            RequestKey = e.RequestKey,
            DryRun = e.DryRun,
            Restore = e.Restore,
        };
        var held = new MaintenanceLock(e.Operation, e.Trigger, attempt.Id, token, e.At, e.Node) { DryRun = e.DryRun, Restore = e.Restore };
        return AddTry(AddAttempt(state with { Lock = held }, attempt), e.Operation, e.Trigger, nextAttemptAt: null, blockedBy: null);
    }

    private static DatabaseState Block(DatabaseState state, AttemptBlocked e)
    {
        var attempt = new Attempt(AttemptId(e.Operation, state.LatestNumber), e.Operation, e.Trigger, AttemptState.Blocked, e.At)
        {
            FinishedAt = e.At,
            Error = e.Reason,
            BlockedBy = e.Holder,
            RequestKey = e.RequestKey,
        };
        return AddTry(AddAttempt(state, attempt), e.Operation, e.Trigger, e.NextAttemptAt, e.Holder?.AttemptId ?? e.Reason);
    }

    private static DatabaseState Release(DatabaseState state, LockReleased e)
    {
        if (state.Lock is not { } held || held.Token != e.Token)
        {
            return state;
        }

        var ended = ChangeAttempt(state with { Lock = null }, e.Token, a => a with
        {
            State = e.Outcome.State,
            FinishedAt = e.At,
            Error = e.Outcome.Error,
            Outcome = e.Outcome,
        });
        if (e.Outcome.State == AttemptState.Succeeded && !held.DryRun)
        {
            ended = ended.With(held.Operation, o => o with
            {
                LastSuccess = ended.FindAttempt(held.AttemptId),
                ExpectedSince = o.ExpectedSince is null ? null : e.At,
            });
        }

        return ScheduleNext(HoldFold.AfterRun(PurgedFold.AfterRun(ended, e.Outcome), held, e), held, e.NextAttemptAt);
    }

    private static DatabaseState Clear(DatabaseState state, LockCleared e)
    {
        if (state.Lock is not { } held || held.Token != e.Token)
        {
            return state;
        }

        var cleared = ChangeAttempt(state with { Lock = null }, e.Token, a => a with
        {
            State = AttemptState.Cancelled,
            FinishedAt = e.At,
            Error = e.Reason,
        });
        return ScheduleNext(cleared, held, e.NextAttemptAt);
    }

    private static DatabaseState Retire(DatabaseState state, DatabaseRetired e) =>
        (state with { Retired = new Retirement(state.Retired?.At ?? e.At, e.Reason, e.Removed), HeldPurge = null })
            .With(Operation.Backup, o => o with { ExpectedSince = null })
            .With(Operation.Purge, o => o with { ExpectedSince = null });

    private static DatabaseState Resume(DatabaseState state, DateTimeOffset from) =>
        (state with { Pause = null })
            .With(Operation.Backup, o => o with { CountedUntil = Latest(o.CountedUntil, Pause.CountedUntilAfter(from)) })
            .With(Operation.Purge, o => o with { CountedUntil = Latest(o.CountedUntil, Pause.CountedUntilAfter(from)) });

    private static DatabaseState ScheduleNext(DatabaseState state, MaintenanceLock ended, DateTimeOffset? nextAttemptAt) =>
        ended.Trigger == Trigger.Scheduled
            ? state.With(ended.Operation, o => o with { Window = o.Window is { } w ? w with { NextAttemptAt = nextAttemptAt } : null })
            : state;

    private static DatabaseState AddTry(
        DatabaseState state, Operation operation, Trigger trigger, DateTimeOffset? nextAttemptAt, string? blockedBy) =>
        trigger == Trigger.Scheduled
            ? state.With(operation, o => o with
            {
                Window = o.Window is { } w
                    ? w with { Tries = w.Tries + 1, NextAttemptAt = nextAttemptAt, BlockedBy = blockedBy }
                    : null,
            })
            : state;

    private static DatabaseState AddAttempt(DatabaseState state, Attempt attempt)
    {
        var attempts = state.Attempts.Add(attempt);
        if (IsRefusal(attempt) && attempts.Count(IsRefusal) > DatabaseState.KeptRefusals)
        {
            attempts = attempts.RemoveAt(attempts.FindIndex(IsRefusal));
        }
        else if (attempts.Count > DatabaseState.KeptAttempts)
        {
            attempts = attempts.RemoveAt(attempts.FindIndex(a => a.Id != state.Lock?.AttemptId));
        }

        return state with { Attempts = attempts };
    }

    private static DatabaseState AddAlert(DatabaseState state, AlertRaised e) => state with
    {
        Alerts = state.Alerts.Raise(
            new Alert($"alert-{state.LatestNumber}", e.Code, e.Text, e.At) { Operation = e.Operation }, DatabaseState.KeptClearedAlerts),
    };

    private static bool IsRefusal(Attempt attempt) => attempt is { Trigger: Trigger.OnDemand, State: AttemptState.Blocked };

    private static DatabaseState ChangeLock(DatabaseState state, long token, Func<MaintenanceLock, MaintenanceLock> change) =>
        state.Lock is { } held && held.Token == token ? state with { Lock = change(held) } : state;

    private static DatabaseState ChangeAttempt(DatabaseState state, long token, Func<Attempt, Attempt> change)
    {
        var index = state.Attempts.FindLastIndex(a => a.Token == token);
        return index < 0 ? state : state with { Attempts = state.Attempts.SetItem(index, change(state.Attempts[index])) };
    }

    private static string AttemptId(Operation operation, long number) =>
        $"{InWords.Of(operation)}-{number}";

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
