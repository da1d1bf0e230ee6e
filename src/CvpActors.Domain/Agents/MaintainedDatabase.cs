using CvpActors.Domain.Drills;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Agents;

/// <summary>All that an agent needs to maintain one database on its machine.</summary>
/// <param name="Definition">What it tells the coordinator.</param>
/// <param name="Engine">The database itself.</param>
/// <param name="Purger">Deletes its old rows; null where the engine can only dump.</param>
/// <param name="Plan">What a purge deletes.</param>
/// <param name="Reader">Its backup files, to be looked at.</param>
/// <param name="Writer">Its backup files, to be made.</param>
/// <param name="RunLock">The operating system's lock in its backup directory.</param>
/// <param name="Ledger">Where its agent remembers what it must not forget.</param>
public sealed record MaintainedDatabase(
    DatabaseDefinition Definition,
    IDatabaseEngine Engine,
    IPurger? Purger,
    PurgePlan Plan,
    IBackupReader Reader,
    IBackupWriter Writer,
    IRunLock RunLock,
    IAgentLedgerStore Ledger)
{
    /// <summary>The database's id.</summary>
    public string Id => Definition.Id;

    /// <summary>Puts its backups back; null where the engine cannot.</summary>
    public IRestorer? Restorer { get; init; }

    /// <summary>What a restore keeps for a while; null where none can be made.</summary>
    public IRestoreShelf? Shelf { get; init; }

    /// <summary>Restores its backups into a place that is thrown away; null where the engine cannot.</summary>
    public IDriller? Driller { get; init; }

    /// <summary>Where drills take place; null where none can be made.</summary>
    public IDrillShelf? DrillShelf { get; init; }

    /// <summary>What a drill is held to.</summary>
    public DrillExpectation DrillExpectation { get; init; } = DrillExpectation.Default;

    /// <summary>How far its purges went; null where nobody keeps it.</summary>
    public IPurgeRecord? PurgeRecord { get; init; }
}
