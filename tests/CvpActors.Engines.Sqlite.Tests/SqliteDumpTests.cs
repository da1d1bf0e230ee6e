using System.Buffers.Binary;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

public sealed class SqliteDumpTests : IDisposable
{
    // Some 70 MB, so that a dump is many steps long.
    private const int ManyCalls = 60_000;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string Database => _directory.File("reporting.db");

    private string Copy => Path.Combine(_directory.Sub("backups"), "cvp_backup_data.partial");

    private static SqliteEngine Engine(string path, TimeSpan? busy = null) =>
        new(new SqliteOptions(path, busy));

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task The_copy_is_the_database_and_stands_by_itself(string journalMode)
    {
        SampleDatabase.Create(Database, journalMode);

        await Engine(Database).DumpAsync(Copy, TestRun.Create(), default);
        await Engine(Database).VerifyAsync(Copy, default);

        Assert.Equal([Copy], Directory.EnumerateFiles(Path.GetDirectoryName(Copy)!));
        const string Content = "SELECT group_concat(id || payload) FROM call";
        Assert.Equal(SampleDatabase.Scalar<string>(Database, Content), SampleDatabase.Scalar<string>(Copy, Content));
    }

    [Fact]
    public async Task Page_n_of_the_copy_is_page_n_of_the_snapshot()
    {
        SampleDatabase.Create(Database, "delete");

        // Free pages in the middle: a copy that packed the pages would be shorter.
        SampleDatabase.Execute(Database, "DELETE FROM call WHERE id BETWEEN 500 AND 1500");
        var original = await File.ReadAllBytesAsync(Database);

        await Engine(Database).DumpAsync(Copy, TestRun.Create(), default);
        var copy = await File.ReadAllBytesAsync(Copy);

        // SQLite counts changes in the header of page 1 (bytes 24 to 27, 40 to 43 and 92 to 99); all else is the same.
        foreach (var header in new[] { 24, 40, 92, 96 })
        {
            BinaryPrimitives.WriteInt32BigEndian(original.AsSpan(header), 0);
            BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(header), 0);
        }

        Assert.Equal(original.Length, copy.Length);
        var pageBytes = BinaryPrimitives.ReadUInt16BigEndian(original.AsSpan(16));
        for (var page = 0; page < original.Length / pageBytes; page++)
        {
            Assert.True(
                original.AsSpan(page * pageBytes, pageBytes).SequenceEqual(copy.AsSpan(page * pageBytes, pageBytes)), $"page {page + 1} differs");
        }
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task A_writer_in_another_process_neither_makes_the_copy_start_anew_nor_gets_into_it(string journalMode)
    {
        SampleDatabase.Create(Database, journalMode, ManyCalls);
        using var writer = Child.Start("write", Database);
        await writer.LineAsync();
        _ = writer.RestAsync();
        var done = new List<long>();
        var writtenWhileCopying = new HashSet<long>();
        var run = TestRun.Create(progress: progress =>
        {
            // A copy that starts anew beside a busy writer never ends, so it is stopped where it goes back.
            Assert.True(done.Count == 0 || progress.Done > done[^1], "the copy started anew");
            done.Add(progress.Done);
            if (journalMode == "wal")
            {
                // The writer gets on between any two steps.
                var before = Counter(Database);
                Assert.True(SpinWait.SpinUntil(() => Counter(Database) > before, TimeSpan.FromSeconds(20)), "the writer stands still");
                writtenWhileCopying.Add(Counter(Database));
            }
        });

        await Engine(Database, TimeSpan.FromSeconds(60)).DumpAsync(Copy, run, default);
        writer.Kill();

        Assert.True(done.Count > 3, "the dump was a single step");
        await Engine(Database).VerifyAsync(Copy, default);
        Assert.Equal(Counter(Copy), SampleDatabase.Scalar<long>(Copy, "SELECT n FROM second"));
        if (journalMode == "wal")
        {
            Assert.True(Counter(Copy) < writtenWhileCopying.Min(), "the copy holds what was written after it had begun");
        }
    }

    [Fact]
    public async Task Progress_ends_at_the_length_of_the_copy()
    {
        SampleDatabase.Create(Database, calls: 20_000);
        var told = new List<RunProgress>();

        await Engine(Database).DumpAsync(Copy, TestRun.Create(progress: told.Add), default);

        Assert.True(told.Count > 1);
        Assert.Equal(new RunProgress(new FileInfo(Copy).Length, new FileInfo(Copy).Length, "bytes"), told[^1]);
    }

    [Fact]
    public async Task A_dump_is_cancelled_between_steps()
    {
        SampleDatabase.Create(Database, calls: ManyCalls);
        using var cancel = new CancellationTokenSource();
        var steps = 0;
        var run = TestRun.Create(progress: _ =>
        {
            steps++;
            cancel.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Engine(Database).DumpAsync(Copy, run, cancel.Token));

        Assert.Equal(1, steps);
    }

    [Theory]
    [InlineData("this is a text, long enough for a header of a hundred bytes, and certainly nothing that SQLite has ever written to a disk")]
    [InlineData("")]
    public async Task A_file_that_is_not_sqlite_is_named(string content)
    {
        await File.WriteAllTextAsync(Database, content);

        var failed = await Assert.ThrowsAsync<BackupFailedException>(() => Engine(Database).DumpAsync(Copy, TestRun.Create(), default));
        var found = await Assert.ThrowsAsync<SqliteDatabaseException>(() => Engine(Database).CheckAsync(default));

        Assert.Contains($"{Database} is not a SQLite database", failed.Message, StringComparison.Ordinal);
        Assert.Contains($"{Database} is not a SQLite database", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_named_and_not_created()
    {
        var found = await Assert.ThrowsAsync<SqliteDatabaseException>(() => Engine(Database).CheckAsync(default));

        Assert.Contains(Database, found.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Database));
    }

    [Fact]
    public async Task A_database_that_stays_locked_is_named_after_the_busy_timeout()
    {
        SampleDatabase.Create(Database, "delete");
        using var other = SampleDatabase.Open(Database);
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();

        var failed = await Assert.ThrowsAsync<BackupFailedException>(
            () => Engine(Database, TimeSpan.FromMilliseconds(200)).DumpAsync(Copy, TestRun.Create(), default));

        Assert.Contains($"{Database} stayed locked", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        SampleDatabase.Create(Database);
        var path = _directory.File("nowhere/cvp_backup_data.partial");

        var failed = await Assert.ThrowsAsync<BackupFailedException>(() => Engine(Database).DumpAsync(path, TestRun.Create(), default));

        Assert.Contains(path, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_dump_does_not_verify()
    {
        SampleDatabase.Create(Database, "delete");
        await Engine(Database).DumpAsync(Copy, TestRun.Create(), default);
        using (var file = File.OpenWrite(Copy))
        {
            file.Position = file.Length / 2;
            file.Write(new byte[4096]);
        }

        var failed = await Assert.ThrowsAsync<BackupFailedException>(() => Engine(Database).VerifyAsync(Copy, default));

        Assert.Contains(Copy, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_lacks_a_row_does_not_verify()
    {
        SampleDatabase.Create(Database, "delete", calls: 10);
        SampleDatabase.Execute(Database, """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = 'CREATE INDEX call_payload ON call(startdatetime)' WHERE name = 'call_payload';
            """);
        await Engine(Database).DumpAsync(Copy, TestRun.Create(), default);

        await Assert.ThrowsAsync<BackupFailedException>(() => Engine(Database).VerifyAsync(Copy, default));
    }

    [Fact]
    public async Task Verifying_leaves_nothing_beside_the_dump_whatever_its_name()
    {
        SampleDatabase.Create(Database);
        var path = _directory.File("a dump?with #odd %41 name");
        await Engine(Database).DumpAsync(path, TestRun.Create(), default);
        var before = _directory.Names.ToList();

        await Engine(Database).VerifyAsync(path, default);

        Assert.Equal(before, _directory.Names);
    }

    [Fact]
    public async Task A_cancelled_verification_ends_as_cancelled()
    {
        SampleDatabase.Create(Database);
        await Engine(Database).DumpAsync(Copy, TestRun.Create(), default);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Engine(Database).VerifyAsync(Copy, new CancellationToken(canceled: true)));
    }

    private static long Counter(string database) => SampleDatabase.Scalar<long>(database, "SELECT n FROM first");
}
