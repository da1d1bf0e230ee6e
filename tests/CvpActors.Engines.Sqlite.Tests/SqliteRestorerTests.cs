using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;
using Microsoft.Data.Sqlite;

namespace CvpActors.Engines.Sqlite.Tests;

public sealed class SqliteRestorerContract : RestorerContract
{
    protected override IRestorer Create(string directory)
    {
        if (!File.Exists(Live(directory)))
        {
            SampleDatabase.Create(Live(directory), calls: 500);
        }

        return new SqliteRestorer(new SqliteOptions(Live(directory)), TimeProvider.System);
    }

    protected override Task BackUpAsync(string directory, string backup) =>
        new SqliteEngine(new SqliteOptions(Live(directory))).DumpAsync(backup, TestRun.Create(), CancellationToken.None);

    protected override void Change(string directory) => SampleDatabase.Execute(Live(directory), "DELETE FROM call WHERE id % 2 = 0; UPDATE first SET n = n + 1");

    protected override string ContentOf(string directory, string target) => SqliteRestorerTests.ContentOf(target == RestoreOrder.Live ? Live(directory) : target);

    protected override bool IsThere(string directory, string target) => File.Exists(target == RestoreOrder.Live ? Live(directory) : target);

    private static string Live(string directory) => Path.Combine(directory, "reporting.db");
}

public sealed class SqliteRestorerTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Live => _directory.File("reporting.db");

    private string Backup => _directory.File("backup");

    private SqliteRestorer Restorer => new(new SqliteOptions(Live, TimeSpan.FromSeconds(1)), TimeProvider.System);

    public void Dispose() => _directory.Dispose();

    /// <summary>A sum over all rows and their order.</summary>
    internal static string ContentOf(string path) =>
        SampleDatabase.Scalar<string>(path, "SELECT (SELECT n FROM first) || '-' || (SELECT n FROM second) || '-' || count(*) || '-' || ifnull(group_concat(id || payload), '') FROM (SELECT * FROM call ORDER BY id)");

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task A_program_that_has_it_open_sees_the_restored_rows_and_goes_on_writing_into_the_same_database(string journalMode)
    {
        var before = await BackedUpAsync(journalMode);
        using var program = SampleDatabase.Open(Live);
        Execute(program, "DELETE FROM call; UPDATE first SET n = 9");

        await RestoreAsync();
        Assert.Equal(before, ContentOf(Live));
        Assert.Equal(0L, Ask(program, "SELECT n FROM first"));

        Execute(program, "UPDATE first SET n = 10");
        Assert.Equal(10L, SampleDatabase.Scalar<long>(Live, "SELECT n FROM first"));
        Assert.Equal("ok", SampleDatabase.Scalar<string>(Live, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_reader_keeps_its_moment_through_a_restore_over_a_database_with_a_log()
    {
        var before = await BackedUpAsync("wal");
        SampleDatabase.Execute(Live, "DELETE FROM call");
        using var reader = SampleDatabase.Open(Live);
        Execute(reader, "BEGIN");
        Assert.Equal(0L, Ask(reader, "SELECT count(*) FROM call"));

        await RestoreAsync();

        Assert.Equal(0L, Ask(reader, "SELECT count(*) FROM call"));
        Execute(reader, "COMMIT");
        Assert.Equal(500L, Ask(reader, "SELECT count(*) FROM call"));
        Assert.Equal(before, ContentOf(Live));
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task While_another_program_writes_it_is_not_restored_over_and_is_as_it_was(string journalMode)
    {
        await BackedUpAsync(journalMode);
        using var writer = SampleDatabase.Open(Live);
        Execute(writer, "BEGIN IMMEDIATE; UPDATE first SET n = 9");

        var failed = await Assert.ThrowsAsync<RestoreFailedException>(RestoreAsync);

        Assert.Contains("locked by another process", failed.Message, StringComparison.Ordinal);
        Execute(writer, "COMMIT");
        Assert.Equal(9L, SampleDatabase.Scalar<long>(Live, "SELECT n FROM first"));
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task One_that_is_cancelled_in_the_middle_is_rolled_back(string journalMode)
    {
        await BackedUpAsync(journalMode, calls: 40_000);
        SampleDatabase.Execute(Live, "UPDATE first SET n = 9; UPDATE call SET payload = 'x'");
        var live = ContentOf(Live);
        using var cancellation = new CancellationTokenSource();
        var run = TestRun.Create(progress: told =>
        {
            if (told.Done > 0 && told.Done < told.Total)
            {
                cancellation.Cancel();
            }
        });
        await using var staged = await Restorer.StageAsync(Backup, RestoreOrder.Live, toBePurged: false, run, CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => staged.PublishAsync(run, cancellation.Token));

        Assert.Equal(live, ContentOf(Live));
        Assert.Equal("ok", SampleDatabase.Scalar<string>(Live, "PRAGMA integrity_check"));
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task One_that_is_killed_in_the_middle_leaves_the_live_database_as_it_was(string journalMode)
    {
        await BackedUpAsync(journalMode, calls: 40_000);
        SampleDatabase.Execute(Live, "UPDATE first SET n = 9; UPDATE call SET payload = 'x'");
        var live = ContentOf(Live);
        using (var child = Child.Start("restore-slowly", Live, Backup))
        {
            Assert.Equal("in the middle", await child.LineAsync());
            child.Kill();
        }

        Assert.Equal(live, ContentOf(Live));
        Assert.Equal("ok", SampleDatabase.Scalar<string>(Live, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_left_of_a_new_place_and_the_live_database_is_as_it_was()
    {
        var before = await BackedUpAsync("delete", calls: 4000);
        using var disk = new SmallDisk(_directory.Sub("small"), "4m");
        var small = Path.Combine(disk.Path, "reporting.db");
        File.Copy(Backup, small);
        SampleDatabase.Execute(small, "UPDATE first SET n = 9");
        var live = ContentOf(small);
        disk.FillUp();
        var restorer = new SqliteRestorer(new SqliteOptions(small, TimeSpan.FromSeconds(1)), TimeProvider.System);

        var (_, space) = await restorer.LookAtAsync(RestoreOrder.Live, new FileInfo(Backup).Length, toBePurged: false, CancellationToken.None);
        Assert.NotNull(SpaceNeed.ProblemOf(space));
        foreach (var target in new[] { RestoreOrder.Live, small + ".new" })
        {
            await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync(restorer, target));
        }

        disk.MakeRoom();
        Assert.Equal(live, ContentOf(small));
        Assert.DoesNotContain(Directory.GetFiles(disk.Path), file => file.Contains("restoring", StringComparison.Ordinal) || file.EndsWith(".new", StringComparison.Ordinal));
        Assert.NotEqual(live, before);
    }

    [Fact]
    public async Task A_live_database_that_is_gone_is_put_back()
    {
        var before = await BackedUpAsync("delete");
        File.Delete(Live);

        await RestoreAsync();

        Assert.Equal(before, ContentOf(Live));
    }

    [Fact]
    public async Task One_whose_log_was_left_behind_is_not_since_SQLite_would_take_it_for_its_own()
    {
        await BackedUpAsync("delete");
        File.Delete(Live);
        await File.WriteAllTextAsync(Live + "-wal", "left");

        Assert.Contains("reporting.db-wal", (await Assert.ThrowsAsync<RestoreFailedException>(RestoreAsync)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Live));
    }

    [Fact]
    public async Task A_file_that_is_no_database_any_more_is_left_to_the_administrator()
    {
        await BackedUpAsync("delete");
        await File.WriteAllTextAsync(Live, new string('x', 8192));

        Assert.Contains("move it away", (await Assert.ThrowsAsync<RestoreFailedException>(RestoreAsync)).Message, StringComparison.Ordinal);
        Assert.Equal(8192, new FileInfo(Live).Length);
    }

    [Fact]
    public async Task Rows_that_are_purged_from_it_first_never_are_in_the_live_database_again()
    {
        await BackedUpAsync("wal");
        SampleDatabase.Execute(Live, "DELETE FROM call WHERE startdatetime < 1700000101");
        await using var staged = await Restorer.StageAsync(Backup, RestoreOrder.Live, toBePurged: true, TestRun.Create(), CancellationToken.None);
        var plan = PurgePlan.Create([new RetentionCategory("call", "call", "startdatetime", TimestampFormat.UnixSeconds, TimeSpan.FromDays(30), null)], 1000, TimeSpan.Zero);
        var now = TimeProvider.System.GetUtcNow();
        var again = plan.UpTo(new PurgedUpTo([new CategoryCutoff("call", DateTimeOffset.FromUnixTimeSeconds(1700000101))]), now);

        var purged = await staged.Purger!.PurgeAsync(again, dryRun: false, TestRun.Create() with { GrantedAt = now }, CancellationToken.None);
        Assert.Equal(100, purged.Rows);
        await staged.PublishAsync(TestRun.Create(), CancellationToken.None);

        Assert.Equal((400L, 1700000101L), (SampleDatabase.Scalar<long>(Live, "SELECT count(*) FROM call"), SampleDatabase.Scalar<long>(Live, "SELECT min(startdatetime) FROM call")));
    }

    [Fact]
    public async Task What_a_killed_one_left_is_tidied_up()
    {
        await BackedUpAsync("delete");
        var target = _directory.File("new.db");
        await File.WriteAllTextAsync(target + ".cvp-restoring", "half");
        await File.WriteAllTextAsync(target + ".cvp-restoring-wal", "half");

        Assert.Equal(2, (await Restorer.TidyUpAsync(target, CancellationToken.None)).Count);
        Assert.DoesNotContain(_directory.Names, name => name.Contains("restoring", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("reporting.db", "absolute path")]
    [InlineData("/no/such/folder/new.db", "there is no folder")]
    public async Task A_place_that_cannot_be_is_refused_with_the_way_out(string target, string reason)
    {
        await BackedUpAsync("delete");

        var (place, _) = await Restorer.LookAtAsync(target, 1, toBePurged: false, CancellationToken.None);

        Assert.Contains(reason, place.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_live_database_is_known_under_another_name()
    {
        await BackedUpAsync("delete");
        File.CreateSymbolicLink(_directory.File("link.db"), Live);

        Assert.True((await Restorer.LookAtAsync(_directory.File("link.db"), 1, toBePurged: false, CancellationToken.None)).Place.IsLive);
    }

    private async Task<string> BackedUpAsync(string journalMode, int calls = 500)
    {
        SampleDatabase.Create(Live, journalMode, calls);
        await new SqliteEngine(new SqliteOptions(Live)).DumpAsync(Backup, TestRun.Create(), CancellationToken.None);
        return ContentOf(Live);
    }

    private Task RestoreAsync() => RestoreAsync(Restorer, RestoreOrder.Live);

    private async Task RestoreAsync(SqliteRestorer restorer, string target)
    {
        await using var staged = await restorer.StageAsync(Backup, target, toBePurged: false, TestRun.Create(), CancellationToken.None);
        await staged.PublishAsync(TestRun.Create(), CancellationToken.None);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
