namespace CvpActors.Node.Offline;

/// <summary>What was copied, as both sides count it.</summary>
/// <param name="Target">The database that it was copied to, for a person.</param>
/// <param name="PersistenceIds">How many streams of events there are: one a database, and those of the coordinator.</param>
/// <param name="Events">How many events.</param>
/// <param name="Tags">How many tags of events.</param>
/// <param name="Snapshots">How many snapshots.</param>
public sealed record JournalCopyReport(string Target, int PersistenceIds, long Events, long Tags, long Snapshots);
