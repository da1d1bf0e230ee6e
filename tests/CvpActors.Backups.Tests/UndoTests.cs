using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Files;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>What a run that ends early takes back: its own work, and nothing else.</summary>
public sealed class UndoTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeEngine _engine = new("");
    private readonly FailingDisk _disk = new();
    private readonly BackupFileSet _files;

    public UndoTests() => _files = new BackupFileSet("reporting", _directory.Path, _engine, TimeProvider.System, null, null, _disk, _ => { });

    public void Dispose() => _directory.Dispose();

    private string Current => _directory.File(BackupNames.Current);

    private string Old => _directory.File(BackupNames.Old);

    [Fact]
    public async Task A_run_that_ends_while_it_settles_what_another_left_takes_nothing_of_the_other_back()
    {
        await BackUpAsync("one");
        await BackUpAsync("two");

        // The third is published; what it had set aside could not be let go of.
        _disk.FailsOn = (step, path) => step == "delete" && path.EndsWith(".previous", StringComparison.Ordinal);
        await BackUpAsync("three");
        Assert.Contains(BackupNames.Old + ".previous", _directory.Names);

        await Assert.ThrowsAsync<BackupFailedException>(() => BackUpAsync("four"));

        Assert.Equal(("three", "two"), (File.ReadAllText(Current), File.ReadAllText(Old)));
        Assert.Equal(2, BackupDirectory.Whole(_directory.Path, BackupNames.Old)?.Generation);
        _disk.FailsOn = null;
        await BackUpAsync("four");
        Assert.Equal(("four", "three"), (File.ReadAllText(Current), File.ReadAllText(Old)));
        Assert.Equal(BackupDirectory.TwoBackups, _directory.Names);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_backup_that_fails_leaves_the_first_one_alone_as_it_was(bool links)
    {
        var files = new BackupFileSet("reporting", _directory.Path, _engine, TimeProvider.System, null, null, links ? Disk.Real : new NoLinks(), _ => { });
        _engine.Content = "one";
        await files.BackUpAsync(TestRun.Create(), default);
        _engine.WhileVerifying = _ => throw new BackupFailedException("on purpose");

        await Assert.ThrowsAsync<BackupFailedException>(() => files.BackUpAsync(TestRun.Create(), default));

        Assert.Equal(BackupDirectory.TwoBackups[..2], _directory.Names);
        Assert.Equal([(BackupNames.Current, 1L)], files.List().Select(f => (f.Name, f.Manifest.Generation)));
        (_engine.WhileVerifying, _engine.Content) = (_ => Task.CompletedTask, "two");
        await files.BackUpAsync(TestRun.Create(), default);
        AssertTwoFiles("two", "one");
    }

    [Fact]
    public async Task Two_names_of_one_file_that_an_earlier_version_left_become_two_files_with_the_next_backup()
    {
        await BackUpAsync("one");
        File.Copy(BackupNames.ManifestOf(Current), BackupNames.ManifestOf(Old));
        Assert.True(HardLink.TryCreate(Current, Old));

        Assert.Contains(_files.Recover(), line => line.Contains("under a second name", StringComparison.Ordinal));
        await BackUpAsync("two");

        AssertTwoFiles("two", "one");
        Assert.Equal(BackupDirectory.TwoBackups, _directory.Names);
    }

    private void AssertTwoFiles(string current, string old)
    {
        Assert.Equal((current, old), (File.ReadAllText(Current), File.ReadAllText(Old)));
        Assert.NotEqual(PlaceIdentity.Of(Current), PlaceIdentity.Of(Old));
    }

    private Task<BackupManifest> BackUpAsync(string content)
    {
        _engine.Content = content;
        return _files.BackUpAsync(TestRun.Create(), default);
    }

    private sealed class FailingDisk : Disk
    {
        public Func<string, string, bool>? FailsOn { get; set; }

        public override void Delete(string path)
        {
            if (FailsOn?.Invoke("delete", path) ?? false)
            {
                throw new IOException("on purpose");
            }

            base.Delete(path);
        }
    }
}
