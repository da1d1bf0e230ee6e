using Akka.Event;
using CvpActors.Actors.Supervising;
using CvpActors.Domain;
using CvpActors.Domain.Drills.Deciding;

namespace CvpActors.Actors.Drills;

/// <summary>One log line per persisted event: the answer to "can it be restored, and how long would it take?". Times are in the machine's time zone.</summary>
internal sealed class DrillNarrator(ILoggingAdapter log, string database, TimeZoneInfo zone) : Narrator(log, zone)
{
    public void Tell(DrillState state, IDrillEvent happened)
    {
        switch (happened)
        {
            case DrillsAdopted e:
                Info("{Database}: its backups are drilled {Schedule} from now on", database, e.Schedule is { } schedule ? $"on schedule ({schedule})" : "on demand");
                break;
            case DrillsDropped:
                Info("{Database}: its backups are drilled no more", database);
                break;
            case DrillPassedOver e:
                Warn("{Database}: the drill due {DueAt} is passed over: {Reason}", database, At(e.DueAt), e.Reason);
                break;
            case DrillBegun e:
                Info("{Database} drill {Attempt}: begins with {Source}, {Trigger}", database, state.UnderWay!.AttemptId, e.Source, InWords.Of(e.Trigger));
                break;
            case DrillEnded { Outcome: { Succeeded: true } outcome } e:
                Info("{Database} drill {Attempt}: generation {Generation} is proven: restored in {Took}, {Bytes}, {Rows}{Note}",
                    database, e.AttemptId, outcome.Generation, InWords.Of(outcome.RestoreTook ?? TimeSpan.Zero), InWords.OfBytes(outcome.Bytes),
                    outcome.Rows is { } rows ? InWords.Count(rows, "row", "rows") : "rows not counted", outcome.Note is { } note ? $"; {note}" : "");
                break;
            case DrillEnded e:
                Warn("{Database} drill {Attempt}: failed: {Error}", database, e.AttemptId, e.Outcome.Error);
                break;
            case DrillClockSteppedBack e:
                Warn("{Database}: the clock ran back from {From} to {At} between drills; running durations were kept", database, At(e.From), At(e.At));
                break;
            case DrillAlertRaised e:
                Warn("{Database}: alert {Alert} {Code} raised: {Text}", database, state.Alerts[^1].Id, e.Code, e.Text);
                break;
            case DrillAlertCleared e:
                Info("{Database}: alert {Alert} cleared", database, e.AlertId);
                break;
            default:
                Debug("{Database}: {Event}", database, happened);
                break;
        }
    }
}
