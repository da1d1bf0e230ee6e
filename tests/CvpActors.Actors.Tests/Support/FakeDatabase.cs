using System.Collections.Immutable;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Tests.Support;

/// <summary>A maintained database in memory. What it does, for how long and with which faults is the test's choice.</summary>
internal sealed class FakeDatabase : IDatabaseEngine, IPurger, IBackupReader, IBackupWriter, IRunLock
{
    private const int Bytes = 4096;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableList<BackupFile> _files = [];
    private ImmutableList<long> _commits = [];
    private int _atWork;
    private int _held;
    private long _highestHeld;
    private long _generation;

    public FakeDatabase(DatabaseDefinition? definition = null) =>
        Maintained = new MaintainedDatabase(definition ?? Definitions.OnDemand, this, this, PurgePlan.Empty, this, this, this, Ledger);

    public MaintainedDatabase Maintained { get; private set; }

    public FakeLedger Ledger { get; } = new();

    /// <summary>Runs last until <see cref="Release"/>; otherwise they are done at once.</summary>
    public bool RunsLast { get; set; }

    /// <summary>Runs do not heed their cancellation.</summary>
    public bool RunsHang { get; set; }

    /// <summary>What every run fails with, or null.</summary>
    public Exception? Fault { get; set; }

    /// <summary>What the engine's check of the database finds, or null.</summary>
    public Exception? CheckFault { get; set; }

    /// <summary>How many rows a purge finds.</summary>
    public long OldRows { get; private set; } = 42;

    /// <summary>When its newest row is of; null for a database that nobody can look into.</summary>
    public DateTimeOffset? NewestRow { get; set; }

    /// <summary>What the cancellation of a run throws, or null.</summary>
    public Exception? CancellationFault { get; set; }

    /// <summary>Where a run stands as soon as it has begun.</summary>
    public RunProgress? Progress { get; set; }

    public bool WasCancelled { get; private set; }

    public int Begun { get; private set; }

    public int MostAtWork { get; private set; }

    /// <summary>The tokens of the runs that changed something, in that order.</summary>
    public IReadOnlyList<long> Commits => _commits;

    public int AtWork => Volatile.Read(ref _atWork);

    string IDatabaseEngine.Name => "fake";

    IReadOnlyList<string> IDatabaseEngine.SideFileSuffixes => [];

    /// <summary>From now on its engine has no way to purge.</summary>
    public void OnlyDumps() => Maintained = Maintained with { Purger = null };

    /// <summary>Lets all runs that last come to their end.</summary>
    public void Release() => _release.TrySetResult();

    IReadOnlyList<string> IBackupWriter.Recover() => [];

    IReadOnlyList<BackupFile> IBackupReader.List() => _files;

    BackupFileContent? IBackupReader.Open(string name) =>
        _files.Find(file => file.Name == name) is { } found ? new BackupFileContent(found.Manifest, new MemoryStream(new byte[Bytes])) : null;

    BackupManifest? IBackupReader.Link(string name, string target)
    {
        if (_files.Find(file => file.Name == name) is not { } found)
        {
            return null;
        }

        File.WriteAllBytes(target, new byte[Bytes]);
        return found.Manifest;
    }

    async Task<BackupManifest> IBackupWriter.BackUpAsync(RunContext run, CancellationToken cancellation)
    {
        await WorkAsync(run, cancellation);
        var at = DateTimeOffset.UnixEpoch;
        var manifest = new BackupManifest(run.Database, "fake", ++_generation, Bytes, new string('a', 64), at, at);
        var old = _files.Take(1).Select(last => last with { Name = BackupNames.Old });
        _files = [new BackupFile(BackupNames.Current, manifest), .. old];
        return manifest;
    }

    Task IDatabaseEngine.CheckAsync(CancellationToken cancellation) => CheckFault is { } fault ? Task.FromException(fault) : Task.CompletedTask;

    Task IDatabaseEngine.DumpAsync(string path, RunContext run, CancellationToken cancellation) => File.WriteAllBytesAsync(path, new byte[Bytes], cancellation);

    Task<Verification?> IDatabaseEngine.VerifyAsync(string path, CancellationToken cancellation) =>
        new FileInfo(path).Length == Bytes ? Task.FromResult<Verification?>(null) : Task.FromException<Verification?>(new BackupFailedException($"{path} is cut off"));

    async Task<PurgeResult> IPurger.PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation)
    {
        var deleted = 0L;
        try
        {
            await WorkAsync(run, cancellation, () => deleted = 7);
            deleted = OldRows;
            OldRows = dryRun ? OldRows : 0;
            return Purged(dryRun, deleted);
        }
        catch (Exception e)
        {
            throw new PurgeStoppedException(Purged(dryRun, deleted), e);
        }
    }

    Task<PurgeSurvey> IPurger.SurveyAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation) =>
        Task.FromResult(new PurgeSurvey(asOf, NewestRow is { } newest
            ? [new CategorySurvey("call", asOf.AddDays(-30), HasOld: newest < asOf.AddDays(-30), RowsStay: newest > asOf.AddDays(-30), newest, newest, Complete: true)]
            : []));

    IHeldRunLock IRunLock.Take(long token)
    {
        if (token < Interlocked.Read(ref _highestHeld))
        {
            throw new RunLockHeldException($"the directory has seen token {_highestHeld}");
        }

        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            throw new RunLockHeldException("another run holds the directory");
        }

        Interlocked.Exchange(ref _highestHeld, token);
        return new Held(this);
    }

    private static PurgeResult Purged(bool dryRun, long rows) =>
        new(dryRun, [new CategoryPurge("call", "call", DateTimeOffset.UnixEpoch, rows)]);

    private async Task WorkAsync(RunContext run, CancellationToken cancellation, Action? partly = null)
    {
        cancellation.ThrowIfCancellationRequested();
        if (CancellationFault is { } cancellationFault)
        {
            cancellation.Register(() => throw cancellationFault);
        }

        // Told before the run counts as begun: a test that has seen it at work may ask for its progress at once.
        if (Progress is { } progress)
        {
            run.Progress.Report(progress);
        }

        lock (_gate)
        {
            Begun++;
            MostAtWork = Math.Max(MostAtWork, Interlocked.Increment(ref _atWork));
        }

        try
        {
            if (RunsLast)
            {
                partly?.Invoke();
                await _release.Task.WaitAsync(RunsHang ? CancellationToken.None : cancellation);
            }

            if (Fault is { } fault)
            {
                partly?.Invoke();
                throw fault;
            }

            run.CommitPoint("the rotation");
            ImmutableInterlocked.Update(ref _commits, c => c.Add(run.Token));
        }
        finally
        {
            WasCancelled |= cancellation.IsCancellationRequested;
            Interlocked.Decrement(ref _atWork);
        }
    }

    private sealed class Held(FakeDatabase database) : IHeldRunLock
    {
        public void Started(RunChild child)
        {
        }

        public void Dispose() => Volatile.Write(ref database._held, 0);
    }
}

/// <summary>An agent's ledger in memory that outlives its agent, like a file. Writing can be made to fail.</summary>
internal sealed class FakeLedger : IAgentLedgerStore
{
    private volatile AgentLedger _kept = AgentLedger.Empty;

    /// <summary>Whether the disk is full.</summary>
    public bool WritesFail { get; set; }

    /// <summary>What is on disk.</summary>
    public AgentLedger Kept
    {
        get => _kept;
        set => _kept = value;
    }

    /// <summary>How many reads still fail.</summary>
    public int FailingReads { get; set; }

    public AgentLedger Load() => FailingReads-- > 0 ? throw new IOException("input/output error") : _kept;

    public void Save(AgentLedger ledger)
    {
        if (WritesFail)
        {
            throw new IOException("no space left on device");
        }

        _kept = ledger;
    }
}
