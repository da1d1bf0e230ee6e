using Akka.Event;
using CvpActors.Actors.Supervising;
using CvpActors.Domain;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Rules;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// One log line per persisted event: the answer to "why did it not run?". Every line of an attempt carries the database,
/// the operation, the attempt and its token. Times are those of the log, in the machine's time zone.
/// </summary>
internal sealed class EventNarrator(ILoggingAdapter log, string database, TimeZoneInfo zone) : Narrator(log, zone)
{
    public void Tell(DatabaseState state, IDatabaseEvent happened)
    {
        switch (happened)
        {
            case LockAcquired e:
                Info("{Database} {Operation} {Attempt} token {Token}: granted the lock ({Trigger}) and ordered to {Node}",
                    database, InWords.Of(e.Operation), state.Lock?.AttemptId, state.Revision, InWords.Of(e.Trigger), e.Node);
                break;
            case AttemptBlocked e:
                Warn("{Database} {Operation} {Attempt}: blocked ({Trigger}) by the holder of token {Token}: {Reason}; {Next}",
                    database, InWords.Of(e.Operation), state.Attempts[^1].Id, InWords.Of(e.Trigger), e.Holder?.Token, e.Reason, NextTry(e.NextAttemptAt));
                break;
            case LockReleased e:
                TellEnd(state, e);
                break;
            case ClearanceBegun e:
                Warn("{Database} {Operation} {Attempt} token {Token}: its lock is being cleared ({Cause}): {Reason}; the run is cancelled and fenced first",
                    database, OperationOf(state, e.Token), AttemptOf(state, e.Token), e.Token, CauseOf(e.Cause), e.Reason);
                break;
            case LockCleared e:
                Warn("{Database} {Operation} {Attempt} token {Token}: its lock was cleared ({Cause}): {Reason}; {Next}",
                    database, OperationOf(state, e.Token), AttemptOf(state, e.Token), e.Token, CauseOf(e.Cause), e.Reason, NextTry(e.NextAttemptAt));
                break;
            case LateOutcomeRejected e:
                Warn("{Database} {Operation} {Attempt} token {Token}: its late outcome ({Outcome}) was recorded and has no effect, since its lock was cleared",
                    database, OperationOf(state, e.Token), AttemptOf(state, e.Token), e.Token, e.Outcome.State.InWords());
                break;
            case CancelRequested e:
                Info("{Database} {Operation} {Attempt} token {Token}: an administrator asked it to stop",
                    database, OperationOf(state, e.Token), AttemptOf(state, e.Token), e.Token);
                break;
            case LockAgeDoubted e:
                Warn("{Database} {Operation} {Attempt} token {Token}: the wall clock says it has run for {WallAge}, its agent says {MeasuredAge}; nothing is cleared, looking again at {CheckAgainAt}",
                    database, OperationOf(state, e.Token), AttemptOf(state, e.Token), e.Token, InWords.Of(e.WallAge), InWords.Of(e.MeasuredAge), At(e.CheckAgainAt));
                break;
            case WindowOpened e:
                Info("{Database} {Operation}: due since {DueAt}; tried every {Interval} until {Deadline}",
                    database, InWords.Of(e.Operation), At(e.DueAt), InWords.Of(e.Interval), At(e.Deadline));
                break;
            case WindowRenewed e:
                Info("{Database} {Operation}: due again at {DueAt} while its window was open or its run under way; the window now ends at {Deadline}",
                    database, InWords.Of(e.Operation), At(e.DueAt), At(e.Deadline));
                break;
            case WindowClosed e:
                Info("{Database} {Operation}: its retry window is closed ({End})", database, InWords.Of(e.Operation), EndOf(e.End));
                break;
            case RunsMissed e:
                Warn("{Database} {Operation}: {Count} due from {FirstDueAt} to {LastDueAt} were missed, since no coordinator could work then",
                    database, InWords.Of(e.Operation), DueMoments.InWords(e.Count), At(e.FirstDueAt), At(e.LastDueAt));
                break;
            case ScheduleAdopted e:
                Info("{Database} {Operation}: schedule {Schedule}", database, InWords.Of(e.Operation), e.Schedule ?? "none");
                break;
            case HeldPurgeLetGo e:
                Info("{Database} purge: an administrator let it go ({Reason}); it was held for {Findings}", database, e.Reason, string.Join(", ", e.Keys));
                break;
            case ClockSteppedBack e:
                Warn("{Database}: the clock ran back from {From} to {At}; running durations were kept", database, At(e.From), At(e.At));
                break;
            case Paused e:
                Info("{Database}: scheduled runs are paused until {Until}: {Reason}", database, e.Until is { } until ? At(until) : "resumed", e.Reason);
                break;
            case Resumed e:
                Info("{Database}: scheduled runs are due again from {From} on", database, At(e.From));
                break;
            case ExpectationAdopted e:
                Info("{Database} {Operation}: {Expected}", database, InWords.Of(e.Operation),
                    e.Expected ? "a success is expected within its time from now on (expected-within)" : "no success is expected any more (expected-within)");
                break;
            case DatabaseRetired e:
                Warn("{Database}: retired, since {Reason}; its schedules and alerts end, its history is kept", database, e.Reason);
                break;
            case ServedAgain:
                Info("{Database}: an agent serves it again", database);
                break;
            case AlertRaised e:
                Info("{Database}: alert {Alert} {Code} raised", database, state.Alerts[^1].Id, e.Code);
                break;
            case AlertCleared e:
                Info("{Database}: alert {Alert} cleared", database, e.AlertId);
                break;
            default:
                Debug("{Database}: {Event}", database, happened);
                break;
        }
    }

    /// <summary>A request that was refused, which is no event.</summary>
    public void TellRefusal(Attempt refused) =>
        Warn("{Database} {Operation} {Attempt}: refused ({Trigger}), token of the holder {Token}: {Reason}; it is not tried again",
            database, InWords.Of(refused.Operation), refused.Id, InWords.Of(refused.Trigger), refused.BlockedBy?.Token, refused.Error);

    private void TellEnd(DatabaseState state, LockReleased e)
    {
        var took = InWords.Of(e.Outcome.Elapsed);
        if (e.Outcome.State == AttemptState.Succeeded)
        {
            Info("{Database} {Operation} {Attempt} token {Token}: succeeded in {Elapsed}: {Result}",
                database, OperationOf(state, e.Token), AttemptOf(state, e.Token), e.Token, took, Result(e.Outcome));
        }
        else
        {
            Warn("{Database} {Operation} {Attempt} token {Token}: {State} after {Elapsed}: {Error}; {Next}",
                database, OperationOf(state, e.Token), AttemptOf(state, e.Token), e.Token, e.Outcome.State.InWords(), took, e.Outcome.Error, NextTry(e.NextAttemptAt));
        }
    }

    private static string Result(Outcome outcome) => outcome switch
    {
        { Backup: { } b } => $"generation {b.Generation}, {InWords.OfBytes(b.Bytes)}, SHA-256 {b.Sha256}",
        { Restore: { } r } => $"generation {r.Generation} ({r.Source}), {InWords.OfBytes(r.Bytes)}, is at {r.Target}{PurgedAgain(r)}",
        { Purge: { } p } => $"{(p.DryRun ? "would delete" : "deleted")} {InWords.Count(p.Rows, "row", "rows")}{Remaining(p)}",
        _ => "done",
    };

    private static string PurgedAgain(RestoreResult restored) =>
        (restored.PurgedAgain is { } purged ? $"; {InWords.Count(purged.Rows, "row", "rows")} that had been purged were purged again" : "")
        + (restored.NotPurgedAgain is { } why ? $"; {why}" : "");

    private static string Remaining(PurgeResult purge)
    {
        var kept = purge.Categories.Sum(c => c.Kept?.Sum(k => k.Rows) ?? 0);
        var undatable = purge.Categories.Sum(c => c.Undatable ?? 0);
        var cascaded = purge.Categories.Sum(c => c.Cascaded ?? 0);
        return (cascaded > 0 ? $" and {cascaded} along with them" : "")
            + (kept > 0 ? $", {(purge.DryRun ? "would keep" : "kept")} {InWords.Count(kept, "old row", "old rows")}" : "")
            + (undatable > 0 ? $", cannot date {InWords.Count(undatable, "row", "rows")}" : "");
    }

    private string NextTry(DateTimeOffset? next) => next is { } at ? $"next try at {At(at)}" : "it is not tried again";

    private static string? OperationOf(DatabaseState state, long token) => OfToken(state, token) is { } attempt ? InWords.Of(attempt.Operation) : null;

    private static string? AttemptOf(DatabaseState state, long token) => OfToken(state, token)?.Id;

    private static Attempt? OfToken(DatabaseState state, long token) => state.Attempts.FindLast(a => a.Token == token);

    private static string CauseOf(ClearanceCause cause) => cause == ClearanceCause.MaxAge ? "too old" : "by an administrator";

    private static string EndOf(WindowEnd end) => end switch
    {
        WindowEnd.Succeeded => "its run succeeded",
        WindowEnd.Exhausted => "the last try did not succeed",
        WindowEnd.Cancelled => "its run was cancelled",
        WindowEnd.Paused => "the database was paused",
        WindowEnd.Unscheduled => "its schedule was removed",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "has no words"),
    };
}
