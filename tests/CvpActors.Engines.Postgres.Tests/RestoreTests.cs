using System.Diagnostics;
using CvpActors.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Testing;
using Npgsql;

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>What was backed up while others wrote is one moment's rows, to the byte; and a restore touches nothing that is there.</summary>
public sealed class RestoreTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_dump_that_was_made_while_others_wrote_comes_back_as_a_database_of_one_moment()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var backup = await BackUpBesideWriterAsync(database, BackupMethod.Dump);

        await RestoreAsync(RestorerOf(database), backup, "Restored \"1\"");

        var copy = server.At("Restored \"1\"");
        SampleWriter.AssertIsOfOneMoment(copy, database);
        Assert.Equal(2, copy.Scalar<long>("SELECT count(*) FROM pg_indexes WHERE tablename = 'call'"));
        Assert.Equal(2000, copy.Scalar<float>("SELECT reltuples FROM pg_class WHERE relname = 'call'"), 500f);
    }

    [Fact]
    public async Task A_base_backup_that_was_made_while_others_wrote_comes_back_as_a_server_of_one_moment()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var backup = await BackUpBesideWriterAsync(database, BackupMethod.BaseBackup);
        var place = Directory.CreateTempSubdirectory("cvpactors-pg-").FullName;
        try
        {
            var port = PostgresServer.FreePort();
            await RestoreAsync(new BaseBackupRestorer(), backup, Path.Combine(place, "data"));

            using var restored = PostgresServer.StartRestored(Path.Combine(place, "data"), port);
            SampleWriter.AssertIsOfOneMoment(
                new SampleServerDatabase(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = port }.ConnectionString, "SELECT 1"), database);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    [Fact]
    public async Task The_live_database_that_programs_are_using_is_replaced_at_one_moment_and_kept_under_another_name()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var backup = await BackUpAsync(database);
        using var busy = new BusyProgram(database);

        var note = await RestoreAsync(RestorerOf(database), backup, RestoreOrder.Live);

        Assert.Equal(0, database.Scalar<int>("SELECT n FROM first"));
        var kept = server.At($"{database.Name}_replaced");
        Assert.True(kept.Scalar<int>("SELECT n FROM first") > 0);
        Assert.Contains($"is {kept.Name} now", note, StringComparison.Ordinal);
        Assert.Equal(0, Staged(database));
    }

    [Fact]
    public async Task What_a_database_is_besides_its_content_comes_with_it()
    {
        var database = server.Create($"""
            CREATE SCHEMA "B c"; CREATE ROLE reader_of_it; CREATE ROLE owner_of_it;
            COMMENT ON DATABASE current_db IS 'it''s the reporting';
            ALTER DATABASE current_db SET search_path = public, "B c";
            ALTER DATABASE current_db SET default_transaction_read_only = on;
            ALTER ROLE reader_of_it IN DATABASE current_db SET work_mem = '3MB';
            ALTER DATABASE current_db CONNECTION LIMIT 17;
            REVOKE ALL ON DATABASE current_db FROM PUBLIC; GRANT CONNECT ON DATABASE current_db TO reader_of_it WITH GRANT OPTION;
            ALTER DATABASE current_db OWNER TO owner_of_it;
            """);
        const string Properties = """
            SELECT concat_ws(' | ', pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit, pg_get_userbyid(datdba), shobj_description(d.oid, 'pg_database'),
              (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM (SELECT (aclexplode(datacl)).grantee::regrole, (aclexplode(datacl)).privilege_type, (aclexplode(datacl)).is_grantable) a),
              (SELECT string_agg(setrole::regrole || ':' || setconfig::text, ',' ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid))
            FROM pg_database d WHERE datname = current_database()
            """;
        var before = database.Scalar<string>(Properties);
        var backup = await BackUpAsync(database);

        await RestoreAsync(RestorerOf(database), backup, RestoreOrder.Live);

        Assert.Equal(before, database.Scalar<string>(Properties));
        Assert.Contains("17 | owner_of_it | it's the reporting", before, StringComparison.Ordinal);
        Assert.Contains("\"B c\"", database.Scalar<string>("SHOW search_path"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_do_it_is_told_before_anything_is_made()
    {
        var database = server.Create("CREATE ROLE may_read LOGIN; CREATE ROLE may_create LOGIN CREATEDB");

        var reader = await RestorerOf(database, "may_read").LookAtAsync("new", 1, toBePurged: false, CancellationToken.None);
        var creator = RestorerOf(database, "may_create");
        var elsewhere = await creator.LookAtAsync("new", 1, toBePurged: false, CancellationToken.None);
        var live = await creator.LookAtAsync(RestoreOrder.Live, 1, toBePurged: false, CancellationToken.None);

        Assert.Contains("may_read may not make databases", reader.Place.Problem, StringComparison.Ordinal);
        Assert.Null(elsewhere.Place.Problem);
        Assert.Contains("may_create does not own", live.Place.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_disconnect_a_superuser_replaces_nothing_and_says_so()
    {
        var database = server.Create("CREATE ROLE plain_owner LOGIN CREATEDB; ALTER DATABASE current_db OWNER TO plain_owner; SET ROLE plain_owner;" + SampleServerDatabase.Calls);
        var backup = await BackUpAsync(database);
        using var busy = new BusyProgram(database);

        var failed = await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync(RestorerOf(database, "plain_owner"), backup, RestoreOrder.Live));

        Assert.Contains("may not disconnect", failed.Message, StringComparison.Ordinal);
        Assert.True(database.Scalar<int>("SELECT n FROM first") > 0);
        Assert.Equal(0, Staged(database));
    }

    [Fact]
    public async Task What_is_there_is_not_restored_over()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var dump = await BackUpAsync(database);

        var taken = await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync(RestorerOf(database), dump, database.Name));
        var full = await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync(new BaseBackupRestorer(), dump, _directory.Path));

        Assert.Contains("allowed: a name that is new", taken.Message, StringComparison.Ordinal);
        Assert.Contains("is there already; allowed: the absolute path of a data directory", full.Message, StringComparison.Ordinal);
        Assert.Equal(["dump"], _directory.Names);
    }

    [Theory]
    [InlineData("live", "a server that runs cannot be replaced")]
    [InlineData("data", "is not a place to restore to")]
    [InlineData("/nowhere/data", "there is no folder")]
    public async Task A_data_directory_that_cannot_be_made_is_told_in_the_plan(string target, string told)
    {
        var (place, _) = await new BaseBackupRestorer().LookAtAsync(target, 1, toBePurged: false, CancellationToken.None);

        Assert.Contains(told, place.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BackupMethod.Dump)]
    [InlineData(BackupMethod.BaseBackup)]
    public async Task A_backup_that_is_cut_off_is_not_restored_and_leaves_nothing(BackupMethod method)
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var dump = await BackUpAsync(database, method);
        using (var file = File.OpenWrite(dump))
        {
            file.SetLength(file.Length * 3 / 4);
        }

        var target = method == BackupMethod.Dump ? $"cut_{database.Name}" : _directory.File("data");
        await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync(RestorerOf(database, method: method), dump, target));

        Assert.Equal(["dump"], _directory.Names);
        Assert.Equal(0, Staged(database) + database.Scalar<long>($"SELECT count(*) FROM pg_database WHERE datname = '{target}'"));
    }

    [Theory]
    [InlineData(BackupMethod.Dump, "set that to restore it")]
    [InlineData(BackupMethod.BaseBackup, "cannot restore")]
    public async Task A_backup_of_the_other_method_is_not_taken_for_one_of_this(BackupMethod method, string told)
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var dump = await BackUpAsync(database, method == BackupMethod.Dump ? BackupMethod.BaseBackup : BackupMethod.Dump);
        var target = method == BackupMethod.Dump ? $"other_{database.Name}" : _directory.File("data");

        var failed = await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync(RestorerOf(database, method: method), dump, target));

        Assert.Contains(told, failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BackupMethod.Dump)]
    [InlineData(BackupMethod.BaseBackup)]
    public async Task What_a_killed_restore_left_is_tidied_up(BackupMethod method)
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var dump = await BackUpAsync(database, method);
        var target = method == BackupMethod.Dump ? $"killed_{database.Name}" : _directory.File("data");
        _ = await RestorerOf(database, method: method).StageAsync(dump, target, toBePurged: false, TestRun.Create(), CancellationToken.None);

        var told = await RestorerOf(database, method: method).TidyUpAsync(target, CancellationToken.None);

        Assert.Contains("left by a restore that was cut short", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(["dump"], _directory.Names);
        Assert.Equal(0, Staged(database));
    }

    [Fact]
    public async Task A_tool_that_is_killed_fails_the_restore_and_leaves_nothing()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var dump = await BackUpAsync(database);
        var killed = TestRun.Create() with { Children = new EachChild(child => Process.GetProcessById(child.ProcessId).Kill()) };

        await Assert.ThrowsAsync<RestoreFailedException>(() => RestorerOf(database).StageAsync(dump, RestoreOrder.Live, toBePurged: false, killed, CancellationToken.None));

        Assert.Equal(0, Staged(database));
        Assert.Equal(2000, database.Scalar<long>("SELECT count(*) FROM call"));
    }

    [Fact]
    public async Task A_server_that_is_killed_fails_the_restore_and_what_it_left_is_dropped_when_it_is_back()
    {
        using var own = new PostgresServer();
        var database = new SampleServerDatabase(own.CreateDatabase("killed"), SampleServerDatabase.Calls);
        var dump = await BackUpAsync(database);
        var killed = TestRun.Create() with { Children = new EachChild(_ => own.Kill()) };
        var restorer = RestorerOf(database);

        await Assert.ThrowsAsync<RestoreFailedException>(() => restorer.StageAsync(dump, RestoreOrder.Live, toBePurged: false, killed, CancellationToken.None));
        await Assert.ThrowsAsync<DatabaseUnreachableException>(() => restorer.TidyUpAsync(RestoreOrder.Live, CancellationToken.None));
        own.Start();

        Assert.Equal(2000, database.Scalar<long>("SELECT count(*) FROM call"));
        Assert.Single(await restorer.TidyUpAsync(RestoreOrder.Live, CancellationToken.None));
        Assert.Equal(0, Staged(database));
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_left_of_a_data_directory()
    {
        var backup = await BackUpAsync(server.Create(SampleServerDatabase.Calls), BackupMethod.BaseBackup);
        using var disk = new SmallDisk(_directory.Sub("disk"), "8m");

        var failed = await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync(new BaseBackupRestorer(), backup, Path.Combine(disk.Path, "data")));

        Assert.Contains("No space left", failed.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }

    private static IRestorer RestorerOf(SampleServerDatabase database, string? user = null, BackupMethod method = BackupMethod.Dump)
    {
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        connection.Username = user ?? connection.Username;
        return method == BackupMethod.Dump ? new DumpRestorer(new PostgresOptions(connection.ConnectionString), TimeProvider.System) : new BaseBackupRestorer();
    }

    private static async Task<string?> RestoreAsync(IRestorer restorer, string backup, string target)
    {
        await using var staged = await restorer.StageAsync(backup, target, toBePurged: false, TestRun.Create(), CancellationToken.None);
        return await staged.PublishAsync(TestRun.Create(), CancellationToken.None);
    }

    private static long Staged(SampleServerDatabase database) => database.Scalar<long>($"SELECT count(*) FROM pg_database WHERE datname = 'cvp_restoring_{database.Name}'");

    private async Task<string> BackUpAsync(SampleServerDatabase database, BackupMethod method = BackupMethod.Dump)
    {
        var dump = _directory.File("dump");
        await new PostgresEngine(database.Options(method)).DumpAsync(dump, TestRun.Create(), CancellationToken.None);
        return dump;
    }

    private async Task<string> BackUpBesideWriterAsync(SampleServerDatabase database, BackupMethod method)
    {
        var files = new BackupFileSet("reporting", _directory.Sub("backup"), new PostgresEngine(database.Options(method)), TimeProvider.System);
        using var writer = database.Write();
        await Poll.UntilAsync(() => writer.Written > 20, Soon);
        await files.BackUpAsync(TestRun.Create(), CancellationToken.None);
        var before = writer.Written;
        await Poll.UntilAsync(() => writer.Written > before + 20, Soon);
        return Path.Combine(_directory.Path, "backup", "cvp_backup_data");
    }

    /// <summary>A program that is connected all the time, and comes again when it is not.</summary>
    private sealed class BusyProgram : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _working;

        public BusyProgram(SampleServerDatabase database)
        {
            database.Execute("UPDATE first SET n = 5");
            var connected = new TaskCompletionSource();
            _working = Task.Run(() =>
            {
                while (!_stop.IsCancellationRequested)
                {
                    try
                    {
                        using var connection = database.Open();
                        connected.TrySetResult();
                        using var command = new NpgsqlCommand("SELECT pg_sleep(0.05)", connection);
                        while (!_stop.IsCancellationRequested)
                        {
                            command.ExecuteNonQuery();
                        }
                    }
                    catch (NpgsqlException)
                    {
                        // Disconnected: so is every program that uses it.
                    }
                }
            });
            connected.Task.Wait(Soon);
        }

        public void Dispose()
        {
            _stop.Cancel();
            _working.Wait();
            _stop.Dispose();
        }
    }
}
