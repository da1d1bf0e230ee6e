using CvpActors.Databases.FileSet;
using CvpActors.Databases.Ledger;
using CvpActors.Databases.Sqlite;
using CvpActors.Domain.Execution;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Puts together what each agent needs.</summary>
internal static class DatabaseComposition
{
    /// <exception cref="SettingsException">What an agent must remember is damaged.</exception>
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
            ReadableLedger(Path.Combine(agents, $"{d.Definition.Id}.json"))))];
    }

    /// <summary>A ledger that cannot be read is shown at start: an agent without it would not know which tokens to refuse.</summary>
    private static AgentLedgerFile ReadableLedger(string path)
    {
        var ledger = new AgentLedgerFile(path);
        try
        {
            ledger.Load();
            return ledger;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException("cvp-actors.data-directory", $"{e.Message}; allowed: a ledger that is whole, or none when nothing of this database runs");
        }
    }
}
