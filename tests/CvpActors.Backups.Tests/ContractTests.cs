using CvpActors.Domain.Agents;
using CvpActors.Domain.Ports;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;

namespace CvpActors.Backups.Tests;

public sealed class BackupFileSetContractTests : BackupFilesContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly BackupFileSet _files;

    public BackupFileSetContractTests() => _files = new BackupFileSet("reporting", _directory.Path, new FakeEngine("a dump"), TimeProvider.System);

    protected override IBackupReader Reader => _files;

    protected override IBackupWriter Writer => _files;

    public void Dispose() => _directory.Dispose();
}

public sealed class RunLockFileContractTests : RunLockContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    protected override IRunLock RunLock => new RunLockFile(_directory.Path);

    public void Dispose() => _directory.Dispose();
}

public sealed class AgentLedgerFileContractTests : LedgerStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    protected override IAgentLedgerStore Store => new AgentLedgerFile(_directory.File("reporting.json"), new EpochFile(_directory.File("epoch")));

    public void Dispose() => _directory.Dispose();

    // A folder where the new text would be written: no file can be, root or not.
    protected override void FillDisk() => Directory.CreateDirectory(_directory.File("reporting.json.tmp"));
}

public sealed class FakeEngineContractTests : DatabaseEngineContract
{
    protected override IDatabaseEngine Create(string directory) => new FakeEngine("a dump of some length");
}
