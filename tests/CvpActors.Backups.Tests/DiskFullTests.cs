using System.Diagnostics;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Engines.Sqlite;
using CvpActors.Files;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>A disk that is full is a small file system in memory; mounting one needs root.</summary>
public sealed class DiskFullTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly string _disk;

    public DiskFullTests()
    {
        _disk = _directory.Sub("disk");
        Run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", _disk);
    }

    public void Dispose()
    {
        Run("umount", "-l", _disk);
        _directory.Dispose();
    }

    [Fact]
    public async Task A_full_disk_while_dumping_fails_the_backup_removes_the_partial_file_and_leaves_both_files_intact()
    {
        var database = SampleDatabase.Create(_directory.File("reporting.db"), calls: 1000);
        var engine = new SqliteEngine(new SqliteOptions(database));
        var files = new BackupFileSet("reporting", _disk, engine, TimeProvider.System);
        await files.BackUpAsync(TestRun.Create(), default);
        await files.BackUpAsync(TestRun.Create(), default);
        var before = files.List();
        SampleDatabase.Execute(database, "CREATE TABLE ballast AS SELECT randomblob(8000000) AS weight");

        var error = await Assert.ThrowsAsync<BackupFailedException>(() => files.BackUpAsync(TestRun.Create(), default));

        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Contains("cvp_backup_data.partial", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, files.List());
        Assert.Equal(2, BackupDirectory.Whole(_disk, BackupNames.Current)?.Generation);
        Assert.Equal(1, BackupDirectory.Whole(_disk, BackupNames.Old)?.Generation);
        Assert.Equal(BackupDirectory.TwoBackups, Directory.EnumerateFiles(_disk).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));

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
        var (made, picture) = (Path.Combine(_disk, "made"), Path.Combine(_disk, "picture"));
        Directory.CreateDirectory(made);
        var files = new BackupFileSet("reporting", made, engine, TimeProvider.System, null, null, Disk.Real, step =>
        {
            if (step == killedWhen && engine.Content == "three")
            {
                // By links, so that whatever is removed or replaced in the picture frees nothing.
                Run("cp", "--archive", "--link", made, picture);
            }
        });
        foreach (var content in new[] { "one", "two", "three" })
        {
            engine.Content = content;
            await files.BackUpAsync(TestRun.Create(), default);
        }

        FillUp(Path.Combine(_disk, "ballast"));
        new BackupFileSet("reporting", picture, engine, TimeProvider.System).Recover();

        var published = killedWhen == "the new backup is named current" ? 1 : 0;
        Assert.Equal(2 + published, BackupDirectory.Whole(picture, BackupNames.Current)?.Generation);
        Assert.Equal(1 + published, BackupDirectory.Whole(picture, BackupNames.Old)?.Generation);
        Assert.Equal(BackupDirectory.TwoBackups, Directory.EnumerateFiles(picture).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    private static void FillUp(string path)
    {
        using var ballast = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var page = new byte[4096];
        var room = true;
        while (room)
        {
            try
            {
                ballast.Write(page);
            }
            catch (IOException)
            {
                room = false;
            }
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"this test needs root and a system that mounts tmpfs; {program} said: {error}");
    }
}
