using CvpActors.Domain.Backups;
using CvpActors.Domain.Places;
using CvpActors.Domain.Ports;
using CvpActors.Files;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;

namespace CvpActors.Backups.Tests;

/// <summary>Whose a backup directory and a database's file are, whatever they are called.</summary>
public sealed class PlaceTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly string _backups;

    public PlaceTests() => _backups = _directory.Sub("backup");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Another_database_that_comes_through_a_link_touches_nothing()
    {
        await BackUpAsync("a", _backups, 2);
        var link = _directory.File("link");
        Directory.CreateSymbolicLink(link, _backups);
        var before = Contents();

        var refused = await Assert.ThrowsAsync<RunLockHeldException>(() => BackUpAsync("b", link));

        Assert.Contains("holds backups of \"a\"", refused.Message, StringComparison.Ordinal);
        Assert.Contains("allowed: another directory", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
        Assert.Empty(Files("b", link).List());
        Assert.Null(Files("b", link).Open(BackupNames.Old));
    }

    [Fact]
    public async Task Backups_of_another_database_are_neither_rotated_mended_nor_served_even_without_a_mark()
    {
        await BackUpAsync("a", _backups, 2);
        File.Delete(Path.Combine(_backups, OwnerMarkFile.Name));
        File.WriteAllText(Path.Combine(_backups, BackupNames.Current + ".partial"), "of a run of a's");
        var before = Contents();

        await Assert.ThrowsAsync<BackupFailedException>(() => Files("b", _backups).BackUpAsync(TestRun.Create(9), default));
        Assert.Throws<BackupFailedException>(() => Files("b", _backups).Recover());

        Assert.Equal(before, Contents());
        Assert.Empty(Files("b", _backups).List());
    }

    [Fact]
    public async Task A_database_that_was_given_another_name_takes_its_backups_over_when_it_is_told_so()
    {
        await BackUpAsync("a", _backups, 2);
        File.WriteAllText(Path.Combine(_backups, BackupPlace.AdoptName), "");

        await BackUpAsync("b", _backups);

        Assert.Equal([("b", 3L), ("a", 2L)], Files("b", _backups).List().Select(f => (f.Manifest.Database, f.Manifest.Generation)));
        Assert.False(File.Exists(Path.Combine(_backups, BackupPlace.AdoptName)));
        await BackUpAsync("b", _backups);
        await Assert.ThrowsAsync<RunLockHeldException>(() => BackUpAsync("a", _backups));
    }

    [Fact]
    public async Task An_empty_directory_that_had_backups_is_asked_about_and_left_empty()
    {
        await BackUpAsync("a", _backups, 2);
        Directory.Move(_backups, _directory.File("volume"));
        Directory.CreateDirectory(_backups);

        var refused = await Assert.ThrowsAsync<RunLockHeldException>(() => BackUpAsync("a", _backups));

        Assert.Contains("is its volume mounted?", refused.Message, StringComparison.Ordinal);
        Assert.Contains("generation 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains(BackupPlace.AdoptName, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_backups));

        // The volume is there again: nothing has to be said.
        Directory.Delete(_backups);
        Directory.Move(_directory.File("volume"), _backups);
        await BackUpAsync("a", _backups);
    }

    [Fact]
    public async Task A_directory_that_is_meant_to_be_empty_is_used_once_that_is_said_and_generations_go_on()
    {
        await BackUpAsync("a", _backups, 2);
        Directory.Delete(_backups, recursive: true);
        Directory.CreateDirectory(_backups);
        File.WriteAllText(Path.Combine(_backups, BackupPlace.AdoptName), "");

        await BackUpAsync("a", _backups);

        Assert.Equal(3, BackupDirectory.Whole(_backups, BackupNames.Current)?.Generation);
    }

    [Fact]
    public async Task A_directory_whose_backups_were_removed_and_another_one_that_is_new_are_used_as_they_are()
    {
        await BackUpAsync("a", _backups, 2);
        foreach (var file in BackupDirectory.TwoBackups)
        {
            File.Delete(Path.Combine(_backups, file));
        }

        await BackUpAsync("a", _backups);
        await BackUpAsync("a", _directory.Sub("elsewhere"));

        Assert.Equal(4, BackupDirectory.Whole(_directory.File("elsewhere"), BackupNames.Current)?.Generation);
    }

    [Fact]
    public void A_file_that_is_worked_on_is_locked_for_every_other_directory_and_name_of_it()
    {
        File.WriteAllText(_directory.File("a.db"), "");
        File.CreateSymbolicLink(_directory.File("b.db"), _directory.File("a.db"));
        var first = Lock("a", _backups, _directory.File("a.db"));
        var second = Lock("a", _directory.Sub("other"), _directory.File("b.db"));

        using (first.Take(1))
        {
            var refused = Assert.Throws<RunLockHeldException>(() => second.Take(1));
            Assert.Contains("a.db is worked on by another process", refused.Message, StringComparison.Ordinal);
        }

        second.Take(1).Dispose();
    }

    [Fact]
    public void A_file_that_is_maintained_under_one_id_is_not_maintained_under_another()
    {
        File.WriteAllText(_directory.File("a.db"), "");
        Lock("a", _backups, _directory.File("a.db")).Take(1).Dispose();

        var refused = Assert.Throws<RunLockHeldException>(() => Lock("b", _directory.Sub("other"), _directory.File("a.db")).Take(1));

        Assert.Contains("is maintained as \"a\"", refused.Message, StringComparison.Ordinal);
        Assert.Contains("delete ", refused.Message, StringComparison.Ordinal);
        File.Delete(_directory.File("a.db") + GuardedRunLock.ResourceMarkSuffix);
        Lock("b", _directory.Sub("other"), _directory.File("a.db")).Take(1).Dispose();
    }

    [Fact]
    public void Where_nothing_can_be_written_beside_the_file_it_is_not_locked()
    {
        File.WriteAllText(_directory.File("file"), "");

        // Below a file there can be nothing, root or not.
        Lock("a", _backups, _directory.File("file/a.db")).Take(1).Dispose();
    }

    private GuardedRunLock Lock(string database, string directory, string? resource = null)
    {
        var self = new PlaceOwner(database, [], resource is null ? null : PlaceIdentity.Resolve(resource));
        return new GuardedRunLock(directory, self, new BackupPlace(directory, self, History(database)));
    }

    private BackupHistoryFile History(string database) => new(_directory.File(database + ".backups.json"));

    private BackupFileSet Files(string database, string directory) =>
        new(database, directory, new FakeEngine("a dump"), TimeProvider.System, null, new BackupSetOptions { History = History(database) });

    private async Task BackUpAsync(string database, string directory, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            using var held = Lock(database, directory).Take(5);
            await Files(database, directory).BackUpAsync(TestRun.Create(5), default);
        }
    }

    private string[] Contents() =>
        [.. Directory.EnumerateFiles(_backups).Order(StringComparer.Ordinal).Select(f => $"{f} {Convert.ToHexString(File.ReadAllBytes(f))}")];
}

public sealed class GuardedRunLockContractTests : RunLockContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    protected override IRunLock RunLock
    {
        get
        {
            var self = new PlaceOwner("reporting", [], _directory.File("reporting.db"));
            return new GuardedRunLock(_directory.Path, self, new BackupPlace(_directory.Path, self, new BackupHistoryFile(_directory.File("history.json"))));
        }
    }

    public void Dispose() => _directory.Dispose();
}
