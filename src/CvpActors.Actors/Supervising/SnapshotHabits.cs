using Akka.Persistence;

namespace CvpActors.Actors.Supervising;

/// <summary>When a snapshot is saved, and which older ones are then of no use.</summary>
internal static class SnapshotHabits
{
    /// <summary>Whether the latest <paramref name="newEvents"/> events have completed another <paramref name="eventsPerSnapshot"/>.</summary>
    public static bool IsDue(long sequenceNr, int newEvents, int eventsPerSnapshot) =>
        sequenceNr / eventsPerSnapshot > (sequenceNr - newEvents) / eventsPerSnapshot;

    /// <summary>
    /// The snapshots before the one before <paramref name="saved"/>. The one before is kept: should the latest be unreadable, recovery need not
    /// begin at the first event.
    /// </summary>
    public static SnapshotSelectionCriteria OlderThan(SaveSnapshotSuccess saved, int eventsPerSnapshot) =>
        new(Math.Max(0, saved.Metadata.SequenceNr - (2L * eventsPerSnapshot)), DateTime.MaxValue);
}
