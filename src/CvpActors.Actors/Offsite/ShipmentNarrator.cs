using Akka.Event;
using CvpActors.Actors.Supervising;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Shipments;

namespace CvpActors.Actors.Offsite;

/// <summary>One log line per persisted event: the answer to "why is it not at the other site?". Times are in the machine's time zone.</summary>
internal sealed class ShipmentNarrator(ILoggingAdapter log, string database, string remote, TimeZoneInfo zone) : Narrator(log, zone)
{
    public void Tell(ShipmentState state, IShipmentEvent happened)
    {
        switch (happened)
        {
            case RemoteAdopted:
                Info("{Database}: its old file is shipped to remote {Remote} from now on", database, remote);
                break;
            case RemoteDropped:
                Info("{Database}: nothing is shipped to remote {Remote} any more", database, remote);
                break;
            case GenerationBecameOld e when state.WantedSince is not null:
                Info("{Database}: generation {Generation} is old now and not verified at remote {Remote} yet", database, e.File.Generation, remote);
                break;
            case ShipmentRequested e:
                Info("{Database}: an administrator wants generation {Generation} shipped to remote {Remote} now; {Outcome}",
                    database, e.Answer.Generation, remote, OutcomeOf(e.Answer.Outcome));
                break;
            case ShipmentOrdered e:
                Info("{Database}: generation {Generation} ({Bytes}) is on its way to remote {Remote}, try {Try}",
                    database, e.Generation, InWords.OfBytes(e.Bytes), remote, e.Try);
                break;
            case GenerationVerified e:
                Info("{Database}: generation {Generation} is at remote {Remote}, verified: {BytesSent} sent for {Bytes}",
                    database, e.Generation, remote, InWords.OfBytes(e.BytesSent), InWords.OfBytes(e.Bytes));
                break;
            case ShipmentFailed e:
                Warn("{Database}: generation {Generation} could not be shipped to remote {Remote}: {Error}; {Next}",
                    database, e.Generation, remote, e.Error, e.NextAttemptAt is { } next ? $"next try at {At(next)}" : "a newer one is shipped instead");
                break;
            case ShipmentClockSteppedBack e:
                Warn("{Database}: the clock ran back from {From} to {At} between shipments to remote {Remote}; running durations were kept",
                    database, At(e.From), At(e.At), remote);
                break;
            case ShipmentAlertRaised e:
                Warn("{Database}: alert {Alert} {Code} raised: {Text}", database, state.Alerts[^1].Id, e.Code, e.Text);
                break;
            case ShipmentAlertCleared e:
                Info("{Database}: alert {Alert} cleared", database, e.AlertId);
                break;
            default:
                Debug("{Database} {Remote}: {Event}", database, remote, happened);
                break;
        }
    }

    private static string OutcomeOf(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Due => "it is due",
        RequestOutcome.Running => "it is on its way already",
        RequestOutcome.Again => "it is there already and is verified once more",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "has no words"),
    };
}
