using CvpActors.Actors.Coordination;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing.Contracts;

namespace CvpActors.Actors.Tests.Support;

/// <summary>The doubles keep the contracts of what they stand for: a test against a double that does not would show nothing.</summary>
public sealed class FakeDatabaseEngineContractTests : DatabaseEngineContract
{
    protected override IDatabaseEngine Create(string directory) => new FakeDatabase();
}

public sealed class FakeDatabasePurgerContractTests : PurgerContract
{
    private readonly FakeDatabase _database = new();

    protected override IPurger Purger => _database;

    protected override PurgePlan Plan => PurgePlan.Empty;

    protected override long OldRows => _database.OldRows;
}

public sealed class FakeDatabaseFilesContractTests : BackupFilesContract
{
    private readonly FakeDatabase _database = new();

    protected override IBackupReader Reader => _database;

    protected override IBackupWriter Writer => _database;
}

public sealed class FakeDatabaseRunLockContractTests : RunLockContract
{
    private readonly FakeDatabase _database = new();

    protected override IRunLock RunLock => _database;
}

public sealed class FakeLedgerContractTests : LedgerStoreContract
{
    private readonly FakeLedger _ledger = new();

    protected override IAgentLedgerStore Store => _ledger;

    protected override void FillDisk() => _ledger.WritesFail = true;
}

public sealed class FakeChannelContractTests : AlertChannelContract
{
    protected override IAlertChannel Reachable { get; } = new FakeChannel("log", TimeProvider.System);

    protected override IAlertChannel? Unreachable { get; } = new FakeChannel("pager", TimeProvider.System) { IsDown = true };
}

public sealed class DailyCronContractTests : ScheduleContract
{
    protected override ISchedule Schedule => CronSchedule.Parse("30 2 * * *", "Europe/Berlin");
}

public sealed class RareCronContractTests : ScheduleContract
{
    protected override ISchedule Schedule => CronSchedule.Parse("0 0 29 2 *", "UTC");
}
