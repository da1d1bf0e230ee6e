using CvpActors.Domain.Ports;
using CvpActors.Testing;

namespace CvpActors.Engines.Command.Tests;

/// <summary>What is made of what a program does and says.</summary>
public sealed class CommandEngineTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _directory = new();

    private string Dump => _directory.File("dump");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_program_that_fails_is_quoted_with_the_last_of_what_it_said()
    {
        var engine = new CommandEngine(Script.Of("seq 1 100000 >&2; echo 'disk quota exceeded' >&2; exit 3"));

        var failed = await Assert.ThrowsAsync<BackupFailedException>(() => engine.DumpAsync(Dump, TestRun.Create(), CancellationToken.None));

        Assert.StartsWith("/bin/sh ended with 3: ", failed.Message, StringComparison.Ordinal);
        Assert.EndsWith("disk quota exceeded", failed.Message, StringComparison.Ordinal);
        Assert.InRange(failed.Message.Length, 1, 5000);
    }

    [Fact]
    public async Task A_program_that_writes_nothing_has_made_no_backup()
    {
        var failed = await Assert.ThrowsAsync<BackupFailedException>(
            () => new CommandEngine(Script.Of("true")).DumpAsync(Dump, TestRun.Create(), CancellationToken.None));

        Assert.Contains("wrote nothing", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_may_write_the_file_itself_and_knows_whose_run_it_is()
    {
        var engine = new CommandEngine(Script.Of("echo \"$CVP_DATABASE $CVP_TOKEN\" > {file}; echo chatter"));

        await engine.DumpAsync(Dump, TestRun.Create(token: 7), CancellationToken.None);

        Assert.Equal("reporting 7\n", await File.ReadAllTextAsync(Dump));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var engine = new CommandEngine(new CommandOptions(["no-such-dumper"], [], [], []));

        Assert.Contains("no-such-dumper", (await Assert.ThrowsAsync<ReportingDatabaseException>(() => engine.CheckAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dump_that_is_cancelled_ends_with_all_that_it_has_started()
    {
        var pid = _directory.File("pid");
        using var stop = new CancellationTokenSource();
        var dumping = new CommandEngine(Script.Of($"sleep 600 & echo $! > '{pid}'; echo begun; wait")).DumpAsync(Dump, TestRun.Create(), stop.Token);
        await Poll.UntilAsync(() => File.Exists(pid) && File.ReadAllText(pid).EndsWith('\n'), Soon);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dumping);
        await Poll.UntilAsync(() => Processes.ChildIdentity.Of(int.Parse(File.ReadAllText(pid))) is null, Soon);
    }

    [Fact]
    public async Task A_purge_that_does_not_say_how_much_it_deleted_has_failed()
    {
        var purger = new CommandPurger(Script.Of("true", purge: "echo done"), TimeProvider.System);
        var plan = Domain.Purges.PurgePlan.Create(
            [new Domain.Purges.RetentionCategory("call", "call", "at", Domain.Purges.TimestampFormat.Native, TimeSpan.FromDays(30), null)], 1000, TimeSpan.Zero);

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => purger.PurgeAsync(plan, dryRun: false, TestRun.Create(), CancellationToken.None));

        Assert.Contains("did not say how many rows of call", stopped.Message, StringComparison.Ordinal);
    }
}
