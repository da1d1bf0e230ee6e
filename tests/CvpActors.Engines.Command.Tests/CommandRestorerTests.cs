using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Command.Tests;

/// <summary>A folder with a file a database, restored by a script.</summary>
public sealed class CommandRestorerContract : RestorerContract
{
    protected override IRestorer Create(string directory)
    {
        if (!File.Exists(Path.Combine(directory, RestoreOrder.Live)))
        {
            File.WriteAllText(Path.Combine(directory, RestoreOrder.Live), "one\ntwo\n");
        }

        return new PlaceInFolder(new CommandRestorer(Restoring($"cat > '{directory}/'\"$CVP_RESTORE_TARGET\""), TimeProvider.System), directory);
    }

    protected override Task BackUpAsync(string directory, string backup)
    {
        File.Copy(Path.Combine(directory, RestoreOrder.Live), backup);
        return Task.CompletedTask;
    }

    protected override void Change(string directory) => File.AppendAllText(Path.Combine(directory, RestoreOrder.Live), "three\n");

    protected override string ContentOf(string directory, string target) => File.ReadAllText(Path.Combine(directory, target));

    protected override bool IsThere(string directory, string target) => File.Exists(Path.Combine(directory, target));

    internal static CommandOptions Restoring(string script) => Script.Of("true") with { Restore = ["/bin/sh", "-c", script] };

    /// <summary>What a program's targets mean and whether they are free it alone knows: this one says it for the test's.</summary>
    private sealed class PlaceInFolder(CommandRestorer inner, string directory) : IRestorer
    {
        public string Places => inner.Places;

        public async Task<string?> ChoosePlaceAsync(long generation, CancellationToken cancellation)
        {
            var chosen = await inner.ChoosePlaceAsync(generation, cancellation);
            return File.Exists(Path.Combine(directory, chosen!)) ? chosen + "_2" : chosen;
        }

        public async Task<PlaceToRestore> LookAtAsync(string target, long bytes, bool toBePurged, CancellationToken cancellation)
        {
            var found = await inner.LookAtAsync(target, bytes, toBePurged, cancellation);
            return IsTaken(target) ? found with { Place = found.Place with { Problem = "it is there" } } : found;
        }

        public Task<IStagedRestore> StageAsync(string backup, string target, bool toBePurged, Domain.Running.RunContext run, CancellationToken cancellation) =>
            IsTaken(target) ? throw new RestoreFailedException("it is there") : inner.StageAsync(backup, target, toBePurged, run, cancellation);

        public Task<IReadOnlyList<string>> TidyUpAsync(string target, CancellationToken cancellation) => inner.TidyUpAsync(target, cancellation);

        private bool IsTaken(string target) => target != RestoreOrder.Live && File.Exists(Path.Combine(directory, target));
    }
}

public sealed class CommandRestorerTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Backup => _directory.File("backup");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_program_that_fails_is_told_with_its_exit_code_and_its_last_words()
    {
        var failed = await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync("cat > /dev/null; echo 'no such user' >&2; exit 3"));

        Assert.Contains("ended with 3", failed.Message, StringComparison.Ordinal);
        Assert.Contains("no such user", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_ends_well_without_reading_the_backup_has_not_restored_it() =>
        Assert.Contains("did not read all", (await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync("head -c 10 > /dev/null"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_program_may_read_the_file_itself()
    {
        await File.WriteAllTextAsync(Backup, new string('x', 1 << 20));
        var options = Script.Of("true") with { Restore = ["/bin/cp", "{file}", _directory.File("{restore-target}")] };

        await RestoreAsync(options);

        Assert.Equal(await File.ReadAllTextAsync(Backup), await File.ReadAllTextAsync(_directory.File("restored_41")));
    }

    [Fact]
    public async Task What_had_been_purged_is_purged_again_only_where_the_program_says_of_what()
    {
        await File.WriteAllTextAsync(Backup, "x");
        var purging = CommandRestorerContract.Restoring("cat") with { Purge = ["/bin/true"] };

        Assert.NotNull((await StageAsync(purging, RestoreOrder.Live)).Purger);
        Assert.Contains("{restore-target}", (await StageAsync(purging, "elsewhere")).WhyNotPurged, StringComparison.Ordinal);
        Assert.NotNull((await StageAsync(purging with { Purge = ["/bin/true", "{restore-target}"] }, "elsewhere")).Purger);
    }

    private static Task<IStagedRestore> StageAsync(CommandOptions options, string target) =>
        new CommandRestorer(options, TimeProvider.System).StageAsync("/nowhere", target, toBePurged: true, TestRun.Create(), CancellationToken.None);

    private async Task RestoreAsync(string script)
    {
        await File.WriteAllTextAsync(Backup, new string('x', 1 << 20));
        await RestoreAsync(CommandRestorerContract.Restoring(script));
    }

    private async Task RestoreAsync(CommandOptions options)
    {
        await using var staged = await new CommandRestorer(options, TimeProvider.System).StageAsync(Backup, "restored_41", toBePurged: false, TestRun.Create(), CancellationToken.None);
        await staged.PublishAsync(TestRun.Create(), CancellationToken.None);
    }
}
