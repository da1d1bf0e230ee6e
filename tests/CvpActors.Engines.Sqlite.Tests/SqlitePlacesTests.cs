using System.Diagnostics;
using CvpActors.Domain.Backups;
using CvpActors.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>Databases with names that are nobody's idea of one, and on mounts that nobody can write to. Mounting needs root.</summary>
public sealed class SqlitePlacesTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<string> _mounted = [];

    public void Dispose()
    {
        _mounted.ForEach(mount => Run("umount", "-l", mount));
        _directory.Dispose();
    }

    [Theory]
    [InlineData("with space ")]
    [InlineData("quo'te and \"quote\"")]
    [InlineData("what?mode=memory&cache=shared#part%41;Mode=Memory")]
    [InlineData("-rf")]
    [InlineData("two\nlines\tand tab")]
    [InlineData("file:überall")]
    [InlineData("back\\slash|DataDirectory|")]
    public async Task Any_name_that_the_file_system_allows_is_dumped_and_verified(string name)
    {
        var folder = _directory.Sub(name);
        var path = Path.Combine(folder, name);
        SampleDatabase.Create(_directory.File("plain"), "delete", calls: 20);
        File.Move(_directory.File("plain"), path);
        var engine = new SqliteEngine(new SqliteOptions(path));

        await engine.CheckAsync(default);
        await engine.DumpAsync(path + ".partial", TestRun.Create(), default);

        Assert.Equal(Verification.Full, await engine.VerifyAsync(path + ".partial", default));
        Assert.Equal(new[] { path, path + ".partial" }.Order(), Directory.EnumerateFiles(folder).Order());
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task On_a_file_system_that_is_read_only_a_backup_is_made_and_no_purge_is_promised(string journalMode)
    {
        var disk = Mount();
        var database = SampleDatabase.Create(Path.Combine(disk, "reporting.db"), journalMode, calls: 50);
        Run("mount", "-o", "remount,ro", disk);
        var engine = new SqliteEngine(new SqliteOptions(database));

        await engine.CheckAsync(default);
        await engine.DumpAsync(_directory.File("dump"), TestRun.Create(), default);

        Assert.Equal(Verification.Full, await engine.VerifyAsync(_directory.File("dump"), default));
        Assert.Equal(50, SampleDatabase.Scalar<long>(_directory.File("dump"), "SELECT count(*) FROM call"));
        Assert.Contains("mount it writable", Assert.Single(engine.FindLimits()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_mount_of_what_is_written_elsewhere_is_no_proof_and_the_way_out_is_told()
    {
        var disk = Mount();
        SampleDatabase.Create(Path.Combine(disk, "reporting.db"), "wal", calls: 50);
        var view = _directory.Sub("view");
        Run("mount", "--bind", disk, view);
        _mounted.Insert(0, view);
        Run("mount", "-o", "remount,bind,ro", view);

        var refused = await Assert.ThrowsAsync<SqliteDatabaseException>(() => new SqliteEngine(new SqliteOptions(Path.Combine(view, "reporting.db"))).CheckAsync(default));

        Assert.Contains("others may still write", refused.Message, StringComparison.Ordinal);
        Assert.Contains("journal_mode = DELETE", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_beside_the_file_is_part_of_it_and_never_left_out()
    {
        var disk = Mount();
        var database = SampleDatabase.Create(Path.Combine(disk, "live.db"), "wal", calls: 50);
        using (SampleDatabase.Open(database))
        {
            using var writer = SampleDatabase.Open(database);
            using var insert = writer.CreateCommand();
            insert.CommandText = "PRAGMA wal_autocheckpoint = 0; INSERT INTO call VALUES (1000, 1, 'only in the log')";
            insert.ExecuteNonQuery();
            File.Copy(database, Path.Combine(disk, "reporting.db"));
            File.Copy(database + "-wal", Path.Combine(disk, "reporting.db-wal"));
        }

        Run("mount", "-o", "remount,ro", disk);

        var refused = await Assert.ThrowsAsync<SqliteDatabaseException>(() => new SqliteEngine(new SqliteOptions(Path.Combine(disk, "reporting.db"))).CheckAsync(default));

        Assert.Contains("writable once", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dump_is_its_owners_alone_from_the_first_byte_on()
    {
        var database = SampleDatabase.Create(_directory.File("reporting.db"));
        UnixFileMode? first = null;
        var dump = _directory.File("dump");
        var run = TestRun.Create(progress: _ => first ??= new FileInfo(dump).UnixFileMode);

        await new SqliteEngine(new SqliteOptions(database)).DumpAsync(dump, run, default);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, first);
    }

    private string Mount()
    {
        var disk = _directory.Sub("disk");
        Run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk);
        _mounted.Add(disk);
        return disk;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"this test needs root and a system that mounts tmpfs; {program} said: {error}");
    }
}
