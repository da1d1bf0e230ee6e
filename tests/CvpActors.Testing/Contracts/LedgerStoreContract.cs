using CvpActors.Domain;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="IAgentLedgerStore"/> promises, for every implementation of it.</summary>
public abstract class LedgerStoreContract
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    protected abstract IAgentLedgerStore Store { get; }

    /// <summary>Makes the next save fail as a full disk does.</summary>
    protected abstract void FillDisk();

    [Fact]
    public void There_is_an_empty_ledger_before_the_first_save() => Assert.Equal(AgentLedger.Empty, Store.Load());

    [Fact]
    public void What_was_saved_is_loaded()
    {
        var run = new LedgerRun("backup-7", Operation.Backup, 7, At);
        var manifest = new BackupManifest("reporting", "fake", 3, 42, new string('a', 64), At, At.AddMinutes(1));
        var outcome = new Outcome(AttemptState.Succeeded) { Backup = manifest, Elapsed = TimeSpan.FromSeconds(61.5) };
        var ledger = (AgentLedger.Empty with { HighestEpoch = 4 }).Ended(new RunReport(5, "backup-5", outcome)).Started(run);

        Store.Save(ledger);

        var loaded = Store.Load();
        Assert.Equal((7, 4, run), (loaded.HighestToken, loaded.HighestEpoch, loaded.Running));
        Assert.Equal(ledger.Unreported.AsEnumerable(), loaded.Unreported.AsEnumerable());
    }

    [Fact]
    public void A_save_that_fails_says_so_and_leaves_the_former_ledger()
    {
        var kept = AgentLedger.Empty with { HighestToken = 5 };
        Store.Save(kept);
        FillDisk();

        Assert.ThrowsAny<IOException>(() => Store.Save(kept with { HighestToken = 6 }));
        Assert.Equal(5, Store.Load().HighestToken);
    }
}
