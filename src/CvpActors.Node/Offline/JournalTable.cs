using Akka.Configuration;
using Akka.Persistence.Sql.Config;

namespace CvpActors.Node.Offline;

/// <summary>A table of Akka.Persistence.Sql.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PersistenceId">The column that says whose row it is.</param>
/// <param name="SequenceNumber">The column with the event's place among those of its persistence id.</param>
/// <param name="Counted">The column whose values the database makes up, counting on; null for none.</param>
internal sealed record JournalTable(string Name, string PersistenceId, string SequenceNumber, string? Counted = null);

/// <summary>The tables, by the names that Akka.Persistence.Sql gives them.</summary>
/// <param name="Events">The events.</param>
/// <param name="Tags">Their tags.</param>
/// <param name="Snapshots">The snapshots.</param>
internal sealed record JournalTables(JournalTable Events, JournalTable Tags, JournalTable Snapshots)
{
    public IEnumerable<JournalTable> All => [Events, Tags, Snapshots];

    /// <param name="akka">The whole configuration of an actor system.</param>
    public static JournalTables Of(Config akka)
    {
        var journal = new JournalConfig(akka.GetConfig("akka.persistence.journal.sql")).TableConfig;
        var snapshots = new SnapshotConfig(akka.GetConfig("akka.persistence.snapshot-store.sql")).TableConfig.SnapshotTable;
        var (events, tags) = (journal.EventJournalTable.ColumnNames, journal.TagTable.ColumnNames);
        return new JournalTables(
            new JournalTable(journal.EventJournalTable.Name, events.PersistenceId, events.SequenceNumber, Counted: events.Ordering),
            new JournalTable(journal.TagTable.Name, tags.PersistenceId, tags.SequenceNumber),
            new JournalTable(snapshots.Name, snapshots.ColumnNames.PersistenceId, snapshots.ColumnNames.SequenceNumber));
    }
}
