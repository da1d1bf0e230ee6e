using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Execution;

/// <summary>All that an agent needs to maintain one database on its machine.</summary>
/// <param name="Definition">What it tells the coordinator.</param>
/// <param name="Engine">The database itself.</param>
/// <param name="Files">Its backup files.</param>
/// <param name="Plan">What a purge deletes.</param>
/// <param name="RunLock">The operating system's lock in its backup directory.</param>
/// <param name="Ledger">Where its agent remembers what it must not forget.</param>
public sealed record MaintainedDatabase(
    DatabaseDefinition Definition,
    IReportingDatabase Engine,
    IBackupFileSet Files,
    PurgePlan Plan,
    IRunLock RunLock,
    IAgentLedgerStore Ledger)
{
    /// <summary>The database's id.</summary>
    public string Id => Definition.Id;
}
