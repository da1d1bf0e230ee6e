using Akka.Event;
using Akka.Persistence;

namespace CvpActors.Actors.Supervising;

/// <summary>
/// What the coordinator's persistent actors do alike: a write that failed is told, since it ends the whole incarnation; snapshots are saved
/// from time to time, and those that are of no use any more deleted.
/// </summary>
public abstract class JournaledActor : ReceivePersistentActor
{
    private readonly int _eventsPerSnapshot;

    /// <summary>Creates the actor.</summary>
    /// <param name="eventsPerSnapshot">After so many events a snapshot is saved.</param>
    protected JournaledActor(int eventsPerSnapshot)
    {
        _eventsPerSnapshot = eventsPerSnapshot;
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(OlderThan(saved)));
        Command<SaveSnapshotFailure>(failed => Log.Warning(failed.Cause,
            "{Subject}: the snapshot at {Revision} could not be saved; recovery reads more events until the next one", Subject, failed.Metadata.SequenceNr));

        // One that could not be deleted is deleted with the next.
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(_ => { });
    }

    /// <summary>What people call it in the log.</summary>
    protected virtual string Subject => PersistenceId;

    /// <summary>The journal refused a write; this actor stops after it.</summary>
    protected abstract void OnJournalFailure(Exception cause);

    /// <inheritdoc/>
    protected sealed override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        OnJournalFailure(cause);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    /// <summary>Persists all of <paramref name="events"/> together, applies each, and then goes on; at once when there are none.</summary>
    protected void PersistAllThen<T>(IReadOnlyCollection<T> events, Action<T> apply, Action then)
    {
        var left = events.Count;
        if (left == 0)
        {
            then();
            return;
        }

        // Not DeferAsync: behind a write under way it sends the journal a batch without events, which Akka.Persistence.Sql fails
        // on, unseen, until its circuit breaker opens and no coordinator can persist.
        PersistAll(events, happened =>
        {
            apply(happened);
            if (--left == 0)
            {
                then();
            }
        });
    }

    /// <summary>Saves <paramref name="state"/> when the latest <paramref name="newEvents"/> events have completed another round of them.</summary>
    protected void SnapshotWhenDue(object state, int newEvents)
    {
        if (LastSequenceNr / _eventsPerSnapshot > (LastSequenceNr - newEvents) / _eventsPerSnapshot)
        {
            SaveSnapshot(state);
        }
    }

    /// <summary>
    /// The snapshots before the one before <paramref name="saved"/>. The one before is kept: should the latest be unreadable, recovery need not
    /// begin at the first event.
    /// </summary>
    private SnapshotSelectionCriteria OlderThan(SaveSnapshotSuccess saved) =>
        new(Math.Max(0, saved.Metadata.SequenceNr - (2L * _eventsPerSnapshot)), DateTime.MaxValue);
}
