using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Engines.Sqlite;
using CvpActors.Files;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

public sealed class DiskFullTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SmallDisk _disk;

    public DiskFullTests() => _disk = new SmallDisk(_directory.Sub("disk"), "6m");

    public void Dispose()
    {
        _disk.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_full_disk_while_dumping_fails_the_backup_removes_the_partial_file_and_leaves_both_files_intact()
    {
        var database = SampleDatabase.Create(_directory.File("reporting.db"), calls: 1000);
        var engine = new SqliteEngine(new SqliteOptions(database));
        var files = new BackupFileSet("reporting", _disk.Path, engine, TimeProvider.System);
        await files.BackUpAsync(TestRun.Create(), default);
        await files.BackUpAsync(TestRun.Create(), default);
        var before = files.List();
        SampleDatabase.Execute(database, "CREATE TABLE ballast AS SELECT randomblob(8000000) AS weight");

        var error = await Assert.ThrowsAsync<BackupFailedException>(() => files.BackUpAsync(TestRun.Create(), default));

        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Contains("cvp_backup_data.partial", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, files.List());
        Assert.Equal(2, BackupDirectory.Whole(_disk.Path, BackupNames.Current)?.Generation);
        Assert.Equal(1, BackupDirectory.Whole(_disk.Path, BackupNames.Old)?.Generation);
        Assert.Equal(BackupDirectory.TwoBackups, Directory.EnumerateFiles(_disk.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));

        SampleDatabase.Execute(database, "DROP TABLE ballast; VACUUM;");
        Assert.Equal(3, (await files.BackUpAsync(TestRun.Create(), default)).Generation);
    }

    [Theory]
    [InlineData("the old manifest is written")]
    [InlineData("the dump is written")]
    [InlineData("the new manifest is announced")]
    [InlineData("the new backup is named current")]
    public async Task What_a_killed_run_left_on_a_full_disk_is_settled_without_room_for_a_byte(string killedWhen)
    {
        var engine = new FakeEngine("one");
        var (made, picture) = (Path.Combine(_disk.Path, "made"), Path.Combine(_disk.Path, "picture"));
        Directory.CreateDirectory(made);
        var files = new BackupFileSet("reporting", made, engine, TimeProvider.System, null, null, Disk.Real, step =>
        {
            if (step == killedWhen && engine.Content == "three")
            {
                // By links, so that whatever is removed or replaced in the picture frees nothing.
                Directory.CreateDirectory(picture);
                foreach (var file in Directory.EnumerateFiles(made))
                {
                    Assert.True(HardLink.TryCreate(file, Path.Combine(picture, Path.GetFileName(file))));
                }
            }
        });
        foreach (var content in new[] { "one", "two", "three" })
        {
            engine.Content = content;
            await files.BackUpAsync(TestRun.Create(), default);
        }

        _disk.FillUp();
        new BackupFileSet("reporting", picture, engine, TimeProvider.System).Recover();

        var published = killedWhen == "the new backup is named current" ? 1 : 0;
        Assert.Equal(2 + published, BackupDirectory.Whole(picture, BackupNames.Current)?.Generation);
        Assert.Equal(1 + published, BackupDirectory.Whole(picture, BackupNames.Old)?.Generation);
        Assert.Equal(BackupDirectory.TwoBackups, Directory.EnumerateFiles(picture).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }
}
