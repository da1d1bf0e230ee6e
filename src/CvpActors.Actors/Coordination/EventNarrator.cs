using Akka.Event;
using CvpActors.Domain;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// One log line per persisted event: the answer to "why did it not run?". Every line of an attempt carries the database,
/// the operation, the attempt and its token.
/// </summary>
internal static class EventNarrator
{
    public static void Tell(ILoggingAdapter log, string database, DatabaseState state, IDatabaseEvent happened)
    {
        switch (happened)
        {
            case LockAcquired e:
                Info(log, "{Database} {Operation} {Attempt} token {Token}: granted the lock ({Trigger}) and ordered to {Node}",
                    database, Name(e.Operation), state.Lock?.AttemptId, state.Revision, e.Trigger, e.Node);
                break;
            case AttemptBlocked e:
                Warn(log, "{Database} {Operation} {Attempt}: blocked ({Trigger}) by the holder of token {Token}: {Reason}; {Next}",
                    database, Name(e.Operation), state.Attempts[^1].Id, e.Trigger, e.Holder?.Token, e.Reason, NextTry(e.NextAttemptAt));
                break;
            case LockReleased e:
                TellEnd(log, database, state, e);
                break;
            case ClearanceBegun e:
                Warn(log, "{Database} {Operation} {Attempt} token {Token}: its lock is being cleared ({Cause}): {Reason}; the run is cancelled and fenced first",
                    database, Name(state.Lock?.Operation), state.Lock?.AttemptId, e.Token, e.Cause, e.Reason);
                break;
            case LockCleared e:
                Warn(log, "{Database} {Operation} {Attempt} token {Token}: its lock was cleared ({Cause}): {Reason}; {Next}",
                    database, Name(OfToken(state, e.Token)?.Operation), OfToken(state, e.Token)?.Id, e.Token, e.Cause, e.Reason, NextTry(e.NextAttemptAt));
                break;
            case LateOutcomeRejected e:
                Warn(log, "{Database} {Operation} {Attempt} token {Token}: its late outcome ({Outcome}) was recorded and has no effect, since its lock was cleared",
                    database, Name(OfToken(state, e.Token)?.Operation), OfToken(state, e.Token)?.Id, e.Token, e.Outcome.State);
                break;
            case CancelRequested e:
                Info(log, "{Database} {Operation} {Attempt} token {Token}: an administrator asked it to stop",
                    database, Name(state.Lock?.Operation), state.Lock?.AttemptId, e.Token);
                break;
            case LockAgeDoubted e:
                Warn(log, "{Database} {Operation} {Attempt} token {Token}: the wall clock says it has run for {WallAge}, its agent says {MeasuredAge}; nothing is cleared, looking again at {CheckAgainAt:u}",
                    database, Name(state.Lock?.Operation), state.Lock?.AttemptId, e.Token, e.WallAge, e.MeasuredAge, e.CheckAgainAt);
                break;
            case WindowOpened e:
                Info(log, "{Database} {Operation}: due since {DueAt:u}; tried every {Interval} until {Deadline:u}",
                    database, Name(e.Operation), e.DueAt, e.Interval, e.Deadline);
                break;
            case WindowRenewed e:
                Info(log, "{Database} {Operation}: due again at {DueAt:u} while its window was open or its run under way; the window now ends at {Deadline:u}",
                    database, Name(e.Operation), e.DueAt, e.Deadline);
                break;
            case WindowClosed e:
                Info(log, "{Database} {Operation}: its retry window is closed ({End})", database, Name(e.Operation), e.End);
                break;
            case RunsMissed e:
                Warn(log, "{Database} {Operation}: {Count} due from {FirstDueAt:u} to {LastDueAt:u} were missed, since no coordinator could work then",
                    database, Name(e.Operation), e.Count, e.FirstDueAt, e.LastDueAt);
                break;
            case ScheduleAdopted e:
                Info(log, "{Database} {Operation}: schedule {Schedule}", database, Name(e.Operation), e.Schedule ?? "none");
                break;
            case ClockSteppedBack e:
                Warn(log, "{Database}: the clock ran back from {From:u} to {At:u}; running durations were kept", database, e.From, e.At);
                break;
            case Paused e:
                Info(log, "{Database}: scheduled runs are paused until {Until}: {Reason}", database, e.Until?.ToString("u") ?? "resumed", e.Reason);
                break;
            case Resumed e:
                Info(log, "{Database}: scheduled runs are due again from {From:u} on", database, e.From);
                break;
            case AlertRaised e:
                Info(log, "{Database}: alert {Alert} {Code} raised", database, state.Alerts[^1].Id, e.Code);
                break;
            case AlertCleared e:
                Info(log, "{Database}: alert {Alert} cleared", database, e.AlertId);
                break;
            default:
                log.Debug("{Database}: {Event}", database, happened);
                break;
        }
    }

    private static void TellEnd(ILoggingAdapter log, string database, DatabaseState state, LockReleased e)
    {
        var attempt = OfToken(state, e.Token);
        if (e.Outcome.State == AttemptState.Succeeded)
        {
            Info(log, "{Database} {Operation} {Attempt} token {Token}: succeeded in {Elapsed}: {Result}",
                database, Name(attempt?.Operation), attempt?.Id, e.Token, e.Outcome.Elapsed, Result(e.Outcome));
        }
        else
        {
            Warn(log, "{Database} {Operation} {Attempt} token {Token}: {State} after {Elapsed}: {Error}; {Next}",
                database, Name(attempt?.Operation), attempt?.Id, e.Token, e.Outcome.State, e.Outcome.Elapsed, e.Outcome.Error, NextTry(e.NextAttemptAt));
        }
    }

    private static string Result(Outcome outcome) => outcome switch
    {
        { Backup: { } b } => $"generation {b.Generation}, {b.Bytes} bytes, SHA-256 {b.Sha256}",
        { Purge: { } p } => $"{(p.DryRun ? "would delete" : "deleted")} {p.Rows} rows",
        _ => "done",
    };

    private static void Info(ILoggingAdapter log, string template, params object?[] values) => log.Log(LogLevel.InfoLevel, null, template, values);

    private static void Warn(ILoggingAdapter log, string template, params object?[] values) => log.Log(LogLevel.WarningLevel, null, template, values);

    private static string? Name(Operation? operation) => operation?.ToString().ToLowerInvariant();

    private static Attempt? OfToken(DatabaseState state, long token) => state.Attempts.FindLast(a => a.Token == token);

    private static string NextTry(DateTimeOffset? at) => at is { } next ? $"next try at {next:u}" : "it is not tried again";
}
