using CvpActors.Databases.FileSet;
using CvpActors.Databases.Ledger;
using CvpActors.Databases.Sqlite;
using CvpActors.Domain.Execution;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Puts together what each agent needs.</summary>
internal static class DatabaseComposition
{
    public static IReadOnlyList<MaintainedDatabase> Compose(NodeSettings settings, TimeProvider time, ILogger log)
    {
        var agents = Path.Combine(settings.DataDirectory, "agents");
        Directory.CreateDirectory(agents);
        return [.. settings.Databases.Select(d => new MaintainedDatabase(
            d.Definition,
            new SqliteReportingDatabase(d.Sqlite, time),
            new BackupFileSet(d.Definition.Id, d.BackupDirectory, time,
                notice => log.LogWarning("{Database}: {Notice}", d.Definition.Id, notice)),
            d.Plan,
            new RunLockFile(d.BackupDirectory),
            new AgentLedgerFile(Path.Combine(agents, $"{d.Definition.Id}.json"))))];
    }
}
