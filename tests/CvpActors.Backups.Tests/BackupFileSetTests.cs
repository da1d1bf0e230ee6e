using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Backups.Tests;

public sealed class BackupFileSetTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));
    private readonly FakeEngine _engine = new("one");
    private readonly List<string> _notices = [];
    private readonly BackupFileSet _files;

    public BackupFileSetTests() => _files = new BackupFileSet("reporting", _directory.Path, _engine, _time, _notices.Add);

    public void Dispose() => _directory.Dispose();

    private string Current => _directory.File(BackupNames.Current);

    private string Old => _directory.File(BackupNames.Old);

    private Task<BackupManifest> BackUpAsync(string content, RunContext? run = null, CancellationToken cancellation = default)
    {
        _engine.Content = content;
        return _files.BackUpAsync(run ?? TestRun.Create(), cancellation);
    }

    [Fact]
    public async Task The_first_backup_is_the_only_file()
    {
        var made = await BackUpAsync("one");

        Assert.Equal(new BackupManifest(
            "reporting", "fake", 1, 3, "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed", _time.GetUtcNow(), _time.GetUtcNow()), made);
        Assert.Equal([new BackupFile(BackupNames.Current, made)], _files.List());
        Assert.Equal([BackupNames.Current, BackupNames.Current + ".manifest.json"], _directory.Names);
    }

    [Fact]
    public async Task Each_later_backup_leaves_the_last_one_as_old()
    {
        await BackUpAsync("one");
        var second = await BackUpAsync("two");
        var third = await BackUpAsync("three");

        Assert.Equal([new BackupFile(BackupNames.Current, third), new BackupFile(BackupNames.Old, second)], _files.List());
        Assert.Equal("three", File.ReadAllText(Current));
        Assert.Equal("two", File.ReadAllText(Old));
        Assert.Equal(BackupDirectory.TwoBackups, _directory.Names);
    }

    [Fact]
    public async Task What_has_changed_in_the_last_backup_is_found_when_the_next_is_made_and_told_with_it()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        File.WriteAllText(Current, "twO");

        var run = TestRun.Create();
        await BackUpAsync("three", run);
        Assert.Contains($"{Current} does not match its manifest any more", run.Findings.DamagedBackup, StringComparison.Ordinal);
        Assert.Equal("one", File.ReadAllText(Old));

        var next = TestRun.Create();
        await BackUpAsync("four", next);
        Assert.Null(next.Findings.DamagedBackup);
    }

    [Fact]
    public async Task The_rotation_happens_at_launch_and_the_last_backup_keeps_its_name_meanwhile()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        IReadOnlyList<BackupFile> during = [];
        _engine.WhileDumping = (_, _) =>
        {
            during = _files.List();
            return Task.CompletedTask;
        };
        await BackUpAsync("three");

        Assert.Equal([(BackupNames.Current, 2L), (BackupNames.Old, 2L)], during.Select(f => (f.Name, f.Manifest.Generation)));
    }

    [Fact]
    public async Task Without_hard_links_the_rotation_copies()
    {
        var files = new BackupFileSet("reporting", _directory.Path, _engine, _time, null, null, new NoLinks(), _ => { });
        foreach (var content in new[] { "one", "two", "three" })
        {
            _engine.Content = content;
            await files.BackUpAsync(TestRun.Create(), default);
        }

        Assert.Equal(3, BackupDirectory.Whole(_directory.Path, BackupNames.Current)!.Generation);
        Assert.Equal(2, BackupDirectory.Whole(_directory.Path, BackupNames.Old)!.Generation);
        Assert.Equal(BackupDirectory.TwoBackups, _directory.Names);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_current_file_that_fails_its_checksum_is_never_rotated_over_old(bool sameLength)
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        File.WriteAllText(Current, sameLength ? "tvo" : "tw");

        await BackUpAsync("three");

        Assert.Equal("one", File.ReadAllText(Old));
        Assert.Equal(1, BackupDirectory.Whole(_directory.Path, BackupNames.Old)!.Generation);
        Assert.Equal(3, BackupDirectory.Whole(_directory.Path, BackupNames.Current)!.Generation);
        Assert.Contains(_notices, n => n.Contains(Current, StringComparison.Ordinal) && n.Contains("not rotated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_current_file_without_a_manifest_is_not_rotated_either()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        File.Delete(Current + ".manifest.json");

        await BackUpAsync("three");

        Assert.Equal("one", File.ReadAllText(Old));
    }

    [Fact]
    public async Task A_dump_that_fails_leaves_both_files_as_they_were()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        _engine.WhileDumping = (_, _) => throw new BackupFailedException("no room");

        await Assert.ThrowsAsync<BackupFailedException>(() => BackUpAsync("three"));

        AssertTwoAndOne();
    }

    [Fact]
    public async Task A_verification_that_fails_leaves_both_files_as_they_were()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        _engine.WhileVerifying = path => throw new BackupFailedException($"{path} is damaged");

        await Assert.ThrowsAsync<BackupFailedException>(() => BackUpAsync("three"));

        AssertTwoAndOne();
    }

    [Fact]
    public async Task An_error_that_nobody_foresaw_names_the_directory_and_the_cause()
    {
        _engine.WhileDumping = (_, _) => throw new IOException("the cable is out");

        var error = await Assert.ThrowsAsync<BackupFailedException>(() => BackUpAsync("one"));

        Assert.Contains(_directory.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("the cable is out", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_dump_is_not_a_backup()
    {
        await Assert.ThrowsAsync<BackupFailedException>(() => BackUpAsync(""));

        Assert.Empty(_directory.Names);
    }

    [Fact]
    public async Task A_cancelled_backup_leaves_both_files_as_they_were()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        using var cancel = new CancellationTokenSource();
        _engine.WhileDumping = (_, cancellation) =>
        {
            cancel.Cancel();
            cancellation.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackUpAsync("three", cancellation: cancel.Token));

        AssertTwoAndOne();
    }

    [Fact]
    public async Task A_superseded_token_is_stopped_before_the_rotation()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");

        await Assert.ThrowsAsync<FencedException>(() => BackUpAsync("three", TestRun.Create(1, new Fence(2))));

        AssertTwoAndOne();
    }

    [Fact]
    public async Task A_token_superseded_while_dumping_publishes_nothing()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        var fence = new Fence(7);
        _engine.WhileVerifying = _ =>
        {
            fence.Bar(7);
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<FencedException>(() => BackUpAsync("three", TestRun.Create(7, fence)));

        AssertTwoAndOne();
    }

    [Fact]
    public async Task An_open_file_stays_whole_while_later_backups_rotate_the_names()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");
        var open = _files.Open(BackupNames.Old)!;
        await BackUpAsync("three");
        await BackUpAsync("four");

        using var reader = new StreamReader(open.Content);
        Assert.Equal(1, open.Manifest.Generation);
        Assert.Equal("one", await reader.ReadToEndAsync());
    }

    [Theory]
    [InlineData("cvp_backup_data.partial")]
    [InlineData("../cvp_backup_data")]
    [InlineData(BackupNames.Old)]
    public async Task There_is_no_other_file_to_open(string name)
    {
        await BackUpAsync("one");

        Assert.Null(_files.Open(name));
    }

    [Fact]
    public async Task A_file_whose_length_is_not_its_manifests_is_left_out_of_the_list()
    {
        await BackUpAsync("one");
        File.AppendAllText(Current, "!");

        Assert.Empty(_files.List());
        Assert.Null(_files.Open(BackupNames.Current));
    }

    [Fact]
    public void A_directory_without_backups_has_nothing_to_recover()
    {
        Assert.Empty(_files.Recover());
        Assert.Empty(_files.List());
    }

    private void AssertTwoAndOne()
    {
        Assert.Equal("two", File.ReadAllText(Current));
        Assert.Equal("one", File.ReadAllText(Old));
        Assert.Equal([(BackupNames.Current, 2L), (BackupNames.Old, 1L)], _files.List().Select(f => (f.Name, f.Manifest.Generation)));
        Assert.Equal(BackupDirectory.TwoBackups, _directory.Names);
    }
}
