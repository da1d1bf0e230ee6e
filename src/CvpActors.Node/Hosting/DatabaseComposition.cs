using CvpActors.Backups;
using CvpActors.Domain.Agents;
using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Puts together what each agent needs; changes nothing on disk.</summary>
internal static class DatabaseComposition
{
    /// <summary>No ledger is called like this: theirs end in <c>.json</c>.</summary>
    private const string EpochFileName = "epoch";

    /// <exception cref="SettingsException">What an agent must remember is damaged, or its engine cannot do what is asked of it.</exception>
    public static IReadOnlyList<MaintainedDatabase> Compose(NodeSettings settings, TimeProvider time, ILogger log)
    {
        var agents = LedgerDirectory(settings);
        var epochs = new EpochFile(Path.Combine(agents, EpochFileName));
        return [.. settings.Databases.Select(database => Compose(database, agents, epochs, time, log))];
    }

    /// <summary>Where the agents' ledgers are; it must be there before an agent runs.</summary>
    public static string LedgerDirectory(NodeSettings settings) => Path.Combine(settings.DataDirectory, "agents");

    private static MaintainedDatabase Compose(DatabaseSettings database, string agents, EpochFile epochs, TimeProvider time, ILogger log)
    {
        var (engine, purger) = database.Engine.Compose(time);
        if (purger is null && !database.Plan.Categories.IsEmpty)
        {
            throw new SettingsException($"{database.KeyPath}.purge.categories", $"{engine.Name} only dumps and cannot purge; allowed: none");
        }

        var files = new BackupFileSet(
            database.Id, database.BackupDirectory, engine, time, notice => log.LogWarning("{Database}: {Notice}", database.Id, notice));
        return new MaintainedDatabase(
            database.Definition,
            engine,
            purger,
            database.Plan,
            files,
            files,
            new RunLockFile(database.BackupDirectory),
            ReadableLedger(Path.Combine(agents, $"{database.Id}.json"), epochs));
    }

    /// <summary>A ledger that cannot be read is shown at start: an agent without it would not know which tokens to refuse.</summary>
    private static AgentLedgerFile ReadableLedger(string path, EpochFile epochs)
    {
        var ledger = new AgentLedgerFile(path, epochs);
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
