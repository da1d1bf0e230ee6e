using System.Diagnostics;
using System.Runtime.Versioning;
using CvpActors.Domain.Backups;
using CvpActors.Files;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>A backup is never readable by more people than its database. Owners are changed here, which needs root.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ReadersTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("600", "755", "600")]
    [InlineData("640", "755", "640")]
    [InlineData("664", "755", "644")]
    [InlineData("644", "755", "644")]
    [InlineData("644", "700", "600")]
    [InlineData("644", "750", "640")]
    [InlineData("400", "755", "600")]
    public async Task A_backup_and_its_manifest_are_read_by_those_who_can_read_the_database(string mode, string folderMode, string expected)
    {
        var folder = Directory.CreateDirectory(_directory.File("database"));
        var database = new FileInfo(Path.Combine(folder.FullName, "r.db"));
        File.WriteAllText(database.FullName, "");
        database.UnixFileMode = Mode(mode);
        folder.UnixFileMode = Mode(folderMode);

        // The test's own folder is private, which would hide the difference.
        new DirectoryInfo(_directory.Path).UnixFileMode = Mode("755");
        var backups = _directory.Sub("backup");
        var files = new BackupFileSet("reporting", backups, new FakeEngine("a dump") { DatabaseFile = database.FullName }, TimeProvider.System);
        await files.BackUpAsync(TestRun.Create(), default);
        await files.BackUpAsync(TestRun.Create(), default);

        Assert.All(BackupDirectory.TwoBackups, name => Assert.Equal(Mode(expected), new FileInfo(Path.Combine(backups, name)).UnixFileMode));
    }

    [Fact]
    public async Task A_backup_has_the_owner_and_the_group_of_its_database()
    {
        var database = _directory.File("r.db");
        File.WriteAllText(database, "");
        using (var chown = Process.Start("chown", ["1654:1655", database]))
        {
            chown.WaitForExit();
            Assert.Equal(0, chown.ExitCode);
        }

        var files = new BackupFileSet("reporting", _directory.Sub("backup"), new FakeEngine("a dump") { DatabaseFile = database }, TimeProvider.System);
        await files.BackUpAsync(TestRun.Create(), default);

        var made = FileStatus.TryRead(_directory.File("backup/" + BackupNames.Current))!;
        Assert.Equal((1654u, 1655u), (made.Owner, made.Group));
    }

    [Fact]
    public async Task A_backup_of_what_is_no_file_is_its_owners_alone()
    {
        var files = new BackupFileSet("reporting", _directory.Path, new FakeEngine("a dump"), TimeProvider.System);
        await files.BackUpAsync(TestRun.Create(), default);

        Assert.Equal(Mode("600"), new FileInfo(_directory.File(BackupNames.Current)).UnixFileMode);
    }

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);
}
