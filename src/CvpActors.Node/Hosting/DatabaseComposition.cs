using System.Collections.Immutable;
using CvpActors.Backups;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Places;
using CvpActors.Domain.Ports;
using CvpActors.Files;
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
        return [.. settings.Databases.Select(database => Compose(database, settings, epochs, time, log))];
    }

    /// <summary>Where the agents' ledgers are; it must be there before an agent runs.</summary>
    public static string LedgerDirectory(NodeSettings settings) => Path.Combine(settings.DataDirectory, "agents");

    private static MaintainedDatabase Compose(DatabaseSettings database, NodeSettings settings, EpochFile epochs, TimeProvider time, ILogger log)
    {
        var ports = database.Engine.Compose(time);
        var (engine, purger) = ports;
        if (purger is null && !database.Plan.Categories.IsEmpty)
        {
            throw new SettingsException($"{database.KeyPath}.purge.categories", $"{engine.Name} only dumps and cannot purge; allowed: none");
        }

        RefuseDrill(database, engine, ports.Driller);
        var history = HistoryOf(database, settings);
        var files = new BackupFileSet(
            database.Id, database.BackupDirectory, engine, time, notice => log.LogWarning("{Database}: {Notice}", database.Id, notice),
            new BackupSetOptions { History = history, AcceptLessVerified = database.AcceptLessVerified, Contents = CountOf(database, purger, time) });
        return new MaintainedDatabase(
            database.Definition,
            engine,
            purger,
            database.Plan,
            files,
            files,
            LockOf(database, settings),
            ReadableLedger(Path.Combine(LedgerDirectory(settings), $"{database.Id}.json"), epochs))
        {
            Restorer = ports.Restorer,
            Shelf = new RestoreShelf(database.BackupDirectory),
            Driller = ports.Driller,
            DrillShelf = new DrillShelf(
                Path.Combine(LedgerDirectory(settings), $"{database.Id}.drill.json"), database.Drill?.Directory ?? Path.Combine(settings.DataDirectory, "drills"), database.BackupDirectory, database.Id),
            DrillExpectation = database.Drill?.Expectation ?? DrillExpectation.Default,
            PurgeRecord = new PurgeRecordFile(Path.Combine(LedgerDirectory(settings), $"{database.Id}.purged.json")),
        };
    }

    private static void RefuseDrill(DatabaseSettings database, IDatabaseEngine engine, IDriller? driller)
    {
        if (database.Drill is not { } drill)
        {
            return;
        }

        if (driller is null)
        {
            throw new SettingsException($"{database.KeyPath}.drill",
                $"{engine.Name} has no way here to restore a backup into a place that is thrown away; allowed: no drill (engine command needs command.restore)");
        }

        if (!drill.Expectation.Checks.IsEmpty && driller.WhyNoChecks is { } why)
        {
            throw new SettingsException($"{database.KeyPath}.drill.checks", $"{why}; allowed: none");
        }
    }

    private static Func<CancellationToken, Task<ImmutableArray<CategoryContents>?>>? CountOf(DatabaseSettings database, IPurger? purger, TimeProvider time) =>
        purger is null || database.Plan.Categories.IsEmpty ? null : cancellation => purger.CountAsync(database.Plan, time.GetUtcNow(), cancellation);

    /// <summary>Whose a database's backup directory is.</summary>
    public static BackupPlace PlaceOf(DatabaseSettings database, NodeSettings settings) =>
        new(database.BackupDirectory, OwnerOf(database, settings), HistoryOf(database, settings));

    /// <summary>The lock of a database's two places.</summary>
    public static GuardedRunLock LockOf(DatabaseSettings database, NodeSettings settings) =>
        new(database.BackupDirectory, OwnerOf(database, settings), PlaceOf(database, settings));

    // No database id has a dot in it, so no other one's ledger is called like this.
    private static BackupHistoryFile HistoryOf(DatabaseSettings database, NodeSettings settings) =>
        new(Path.Combine(LedgerDirectory(settings), $"{database.Id}.backups.json"));

    private static PlaceOwner OwnerOf(DatabaseSettings database, NodeSettings settings) => new(
        database.Id,
        [.. (settings.Cluster?.Seeds ?? []).Select(seed => seed.ToString())],
        database.Engine.DatabaseFile is { } file ? PlaceIdentity.Resolve(file) : null);

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
