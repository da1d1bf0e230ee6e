using CvpActors.Domain;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Purges;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

public sealed class AgentLedgerFileTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _directory = new();
    private readonly AgentLedgerFile _ledger;

    public AgentLedgerFileTests() => _ledger = Ledger("ledger.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void There_is_an_empty_ledger_before_the_first_save() => Assert.Equal(AgentLedger.Empty, _ledger.Load());

    [Fact]
    public void What_was_saved_is_loaded()
    {
        var backup = new Outcome(AttemptState.Succeeded)
        {
            Backup = new BackupManifest("reporting", "sqlite", 3, 4096, new string('a', 64), Noon, Noon.AddSeconds(3)),
            Elapsed = TimeSpan.FromSeconds(3.25),
        };
        var purge = new Outcome(AttemptState.Failed, "it is locked")
        {
            Purge = new PurgeResult(false, [new CategoryPurge("call", "call", Noon, 12)]),
        };
        var saved = new AgentLedger(
            41, 7, new LedgerRun("backup-41", Operation.Backup, 41, Noon), [new RunReport(39, "backup-39", backup), new RunReport(40, "purge-40", purge)]);

        _ledger.Save(saved);
        var loaded = _ledger.Load();

        Assert.Equal(saved with { Unreported = default }, loaded with { Unreported = default });
        Assert.Equal(saved.Unreported[0], loaded.Unreported[0]);
        Assert.Equal(saved.Unreported[1].Outcome.Purge!.Categories, loaded.Unreported[1].Outcome.Purge!.Categories.AsEnumerable());
        Assert.Equal("it is locked", loaded.Unreported[1].Outcome.Error);
        Assert.Equal(["epoch", "ledger.json"], _directory.Names.Order());
    }

    [Fact]
    public void One_file_keeps_the_epoch_for_all_agents_of_a_node()
    {
        _ledger.Save(AgentLedger.Empty with { HighestToken = 3 });
        var before = File.ReadAllText(_directory.File("ledger.json"));

        _ledger.Save(AgentLedger.Empty with { HighestToken = 3, HighestEpoch = 8 });
        _ledger.Save(AgentLedger.Empty with { HighestToken = 3, HighestEpoch = 7 });

        Assert.Equal(before, File.ReadAllText(_directory.File("ledger.json")));
        Assert.Equal((3, 8), (Ledger("ledger.json").Load().HighestToken, Ledger("ledger.json").Load().HighestEpoch));
        Assert.Equal((0, 8), (Ledger("another.json").Load().HighestToken, Ledger("another.json").Load().HighestEpoch));
    }

    [Fact]
    public void A_damaged_epoch_is_named_and_never_taken_for_none()
    {
        File.WriteAllText(_directory.File("epoch"), "8x");

        Assert.Contains(_directory.File("epoch"), Assert.Throws<InvalidDataException>(() => _ledger.Load()).Message, StringComparison.Ordinal);
    }

    private AgentLedgerFile Ledger(string name) => new(_directory.File(name), new EpochFile(_directory.File("epoch")));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"highestToken\": 4, ")]
    [InlineData("{ \"highestToken\": -4, \"highestEpoch\": 0, \"running\": null, \"unreported\": [] }")]
    [InlineData("{ \"highestToken\": 4, \"highestEpoch\": 0, \"running\": null, \"unreported\": null }")]
    [InlineData("{ \"highestToken\": 4, \"highestEpoch\": 0, \"running\": null }")]
    public void A_damaged_ledger_is_named_and_never_taken_for_an_empty_one(string text)
    {
        File.WriteAllText(_directory.File("ledger.json"), text);

        var error = Assert.Throws<InvalidDataException>(_ledger.Load);

        Assert.Contains(_directory.File("ledger.json"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_ledger()
    {
        _ledger.Save(AgentLedger.Empty with { HighestToken = 5 });

        // A folder where the temporary file should go: the write fails for root as well.
        var blocker = Directory.CreateDirectory(_directory.File("ledger.json.tmp"));
        var error = Assert.Throws<IOException>(() => _ledger.Save(AgentLedger.Empty with { HighestToken = 6 }));
        blocker.Delete();

        Assert.Contains("ledger.json", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, _ledger.Load().HighestToken);
    }

    [Fact]
    public void A_temporary_file_left_by_a_kill_is_not_read()
    {
        _ledger.Save(AgentLedger.Empty with { HighestToken = 5 });
        File.WriteAllText(_directory.File("ledger.json.tmp"), "{ half");

        Assert.Equal(5, _ledger.Load().HighestToken);
        _ledger.Save(AgentLedger.Empty with { HighestToken = 6 });
        Assert.Equal(["ledger.json"], _directory.Names);
    }
}
