using System.Diagnostics;
using CvpActors.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Processes;
using CvpActors.Testing;

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>
/// A backup that does not succeed says so in the tool's own words, and leaves the last one as it was. Where a tool has to misbehave on purpose, a
/// script stands in for it.
/// </summary>
public sealed class FailingBackupTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(BackupMethod.Dump, "exit 0", "wrote nothing")]
    [InlineData(BackupMethod.BaseBackup, "exit 0", "wrote nothing")]
    [InlineData(BackupMethod.Dump, "$REAL \"$@\" | head -c 20000; exit 0", "does not verify")]
    [InlineData(BackupMethod.BaseBackup, "$REAL \"$@\" | head -c 20000000; exit 0", "does not verify")]
    [InlineData(BackupMethod.Dump, "echo half; echo 'the disk is on fire' >&2; exit 3", "pg_dump ended with 3: the disk is on fire")]
    [InlineData(BackupMethod.BaseBackup, "echo half; kill -9 $$", "pg_basebackup ended with 137")]
    public async Task A_tool_that_fails_or_ends_well_without_a_whole_result_has_made_no_backup(BackupMethod method, string misbehaves, string told)
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var (program, bin) = (method == BackupMethod.Dump ? "pg_dump" : "pg_basebackup", _directory.Sub("bin"));
        foreach (var other in new[] { "pg_dump", "pg_restore", "pg_basebackup" }.Where(other => other != program))
        {
            File.CreateSymbolicLink(Path.Combine(bin, other), Path.Combine(PostgresServer.Programs, other));
        }

        CredentialsTests.Script(bin, program, $"REAL={PostgresServer.Programs}/{program}\n{misbehaves}");
        var good = Files(database.Options(method));
        await good.BackUpAsync(TestRun.Create(1), CancellationToken.None);

        var failed = await Assert.ThrowsAsync<BackupFailedException>(
            () => Files(database.Options(method).With(method, bin, PostgresOptions.DefaultLockTimeout, false, TimeSpan.Zero)).BackUpAsync(TestRun.Create(2), CancellationToken.None));

        Assert.Contains(told, failed.Message, StringComparison.Ordinal);
        Assert.Equal([1L], good.List().Select(file => file.Manifest.Generation));
        Assert.DoesNotContain(new DirectoryInfo(_directory.Sub("backup")).EnumerateFiles(), file => file.Name.Contains("partial", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(BackupMethod.Dump)]
    [InlineData(BackupMethod.BaseBackup)]
    public async Task A_tool_that_is_killed_fails_the_attempt_and_the_next_one_succeeds(BackupMethod method)
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var files = Files(database.Options(method));
        var killed = TestRun.Create(1) with { Children = new EachChild(child => Process.GetProcessById(child.ProcessId).Kill()) };

        await Assert.ThrowsAsync<BackupFailedException>(() => files.BackUpAsync(killed, CancellationToken.None));

        Assert.Empty(files.List());
        Assert.Equal(1, (await files.BackUpAsync(TestRun.Create(2), CancellationToken.None)).Generation);
    }

    [Fact]
    public async Task A_dump_that_is_cancelled_ends_with_its_tool_and_leaves_no_file()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        await using var locker = database.Open();
        await using var transaction = await locker.BeginTransactionAsync();
        await using (var alone = new Npgsql.NpgsqlCommand("LOCK TABLE call", locker, transaction))
        {
            await alone.ExecuteNonQueryAsync();
        }

        using var stop = new CancellationTokenSource();
        ChildIdentity? tool = null;
        var files = Files(database.Options());
        var run = TestRun.Create() with { Children = new EachChild(child => tool = new ChildIdentity(child.ProcessId, child.Started)) };
        var dumping = files.BackUpAsync(run, stop.Token);
        await Poll.UntilAsync(() => database.Scalar<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") > 0, Soon);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dumping);
        Assert.False(tool!.IsAlive);
        Assert.Empty(files.List());
    }

    [Fact]
    public async Task A_table_that_somebody_keeps_for_himself_fails_the_dump_when_its_time_is_up()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        await using var locker = database.Open();
        await using var transaction = await locker.BeginTransactionAsync();
        await using (var alone = new Npgsql.NpgsqlCommand("LOCK TABLE call", locker, transaction))
        {
            await alone.ExecuteNonQueryAsync();
        }

        var failed = await Assert.ThrowsAsync<BackupFailedException>(
            () => Files(database.Options().With(BackupMethod.Dump, null, TimeSpan.FromMilliseconds(300), false, TimeSpan.Zero)).BackUpAsync(TestRun.Create(), CancellationToken.None));

        Assert.Contains("timeout", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BackupMethod.Dump)]
    [InlineData(BackupMethod.BaseBackup)]
    public async Task A_server_that_is_killed_fails_the_attempt_and_is_then_not_to_be_reached(BackupMethod method)
    {
        using var own = new PostgresServer();
        var database = new SampleServerDatabase(own.ConnectionString, SampleServerDatabase.Calls);
        var files = Files(database.Options(method));
        var run = TestRun.Create() with { Children = new EachChild(_ => own.Kill()) };

        await Assert.ThrowsAsync<BackupFailedException>(() => files.BackUpAsync(run, CancellationToken.None));
        await Assert.ThrowsAsync<DatabaseUnreachableException>(() => new PostgresEngine(database.Options(method)).CheckAsync(CancellationToken.None));

        Assert.Empty(files.List());
        own.Start();
        await files.BackUpAsync(TestRun.Create(2), CancellationToken.None);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_nothing_is_left_on_it()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            // A small file system of one's own takes root to mount.
            return;
        }

        var small = _directory.Sub("small");
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=256k", "none", small);
        try
        {
            var files = new BackupFileSet("reporting", small, new PostgresEngine(server.Create(SampleServerDatabase.Calls).Options()), TimeProvider.System);

            var failed = await Assert.ThrowsAsync<BackupFailedException>(() => files.BackUpAsync(TestRun.Create(), CancellationToken.None));

            Assert.Contains("No space left on device", failed.Message, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Directory.EnumerateFiles(small), file => file.Contains("partial", StringComparison.Ordinal));
        }
        finally
        {
            await RunAsync("umount", small);
        }
    }

    [Fact]
    public async Task A_base_backup_is_wholly_checked_to_the_last_bit()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var engine = new PostgresEngine(database.Options(BackupMethod.BaseBackup));
        var dump = _directory.File("dump");
        await engine.DumpAsync(dump, TestRun.Create(), CancellationToken.None);
        var bytes = await File.ReadAllBytesAsync(dump);

        var start = int.Parse(System.Text.RegularExpressions.Regex.Match(System.Text.Encoding.Latin1.GetString(bytes), "Start-LSN\": \"[0-9A-F]+/[0-9A-F]*([0-9A-F]{6})\"").Groups[1].Value, System.Globalization.NumberStyles.HexNumber);

        // In a table's file, in the WAL, in the manifest.
        var places = new[]
        {
            IndexOf(bytes, "base/1/1259"u8) + 1000,
            IndexOf(bytes, "pg_wal/0000"u8) + 512 + start + 20,
            IndexOf(bytes, "PostgreSQL-Backup-Manifest-Version"u8) + 200,
        };
        foreach (var place in places)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[place] ^= 4;
            await File.WriteAllBytesAsync(dump, flipped);
            await Assert.ThrowsAsync<BackupFailedException>(() => engine.VerifyAsync(dump, CancellationToken.None));
        }

        await File.WriteAllBytesAsync(dump, bytes);
        await engine.VerifyAsync(dump, CancellationToken.None);
    }

    [Fact]
    public async Task A_base_backup_of_a_server_with_tablespaces_is_refused_before_it_begins()
    {
        using var own = new PostgresServer();
        var space = Directory.CreateTempSubdirectory("cvpactors-space-").FullName;
        try
        {
            await RunAsync("chmod", "777", space);
            if (Environment.IsPrivilegedProcess)
            {
                await RunAsync("chown", "postgres", space);
            }

            var database = new SampleServerDatabase(own.ConnectionString, $"CREATE TABLESPACE elsewhere LOCATION '{space}'");
            var refused = await Assert.ThrowsAsync<ReportingDatabaseException>(() => new PostgresEngine(database.Options(BackupMethod.BaseBackup)).CheckAsync(CancellationToken.None));
            Assert.Contains("tablespaces of its own (elsewhere)", refused.Message, StringComparison.Ordinal);
            database.Execute("CREATE ROLE reader LOGIN");
            var asReader = new PostgresOptions(database.ConnectionString.Replace("Username=cvp", "Username=reader", StringComparison.Ordinal)) { Method = BackupMethod.BaseBackup };
            database.Execute("DROP TABLESPACE elsewhere");
            Assert.Contains("a role with REPLICATION", (await Assert.ThrowsAsync<ReportingDatabaseException>(() => new PostgresEngine(asReader).CheckAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(space, recursive: true);
        }
    }

    [Fact]
    public async Task Programs_that_are_older_than_the_server_are_refused()
    {
        var bin = _directory.Sub("bin");
        CredentialsTests.Script(bin, "pg_dump", "echo 'pg_dump (PostgreSQL) 14.9'");
        var options = server.Create("SELECT 1").Options().With(BackupMethod.Dump, bin, TimeSpan.FromSeconds(1), false, TimeSpan.Zero);

        var refused = await Assert.ThrowsAsync<ReportingDatabaseException>(() => new PostgresEngine(options).CheckAsync(CancellationToken.None));

        Assert.Contains("pg_dump is of PostgreSQL 14", refused.Message, StringComparison.Ordinal);
    }

    private static int IndexOf(byte[] bytes, ReadOnlySpan<byte> text) => bytes.AsSpan().IndexOf(text);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private BackupFileSet Files(PostgresOptions options) => new("reporting", _directory.Sub("backup"), new PostgresEngine(options), TimeProvider.System);
}
