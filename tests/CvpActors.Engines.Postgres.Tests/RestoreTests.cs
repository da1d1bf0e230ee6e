using CvpActors.Backups;
using CvpActors.Domain.Ports;
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

        await new PostgresRestore(database.Options()).RestoreAsync(backup, "Restored \"1\"", null, CancellationToken.None);

        var copy = new SampleServerDatabase(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "Restored \"1\"" }.ConnectionString, "SELECT 1");
        SampleWriter.AssertIsOfOneMoment(copy, database);
        Assert.Equal(2, copy.Scalar<long>("SELECT count(*) FROM pg_indexes WHERE tablename = 'call'"));
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
            await new PostgresRestore(database.Options(BackupMethod.BaseBackup)).RestoreAsync(backup, Path.Combine(place, "data"), null, CancellationToken.None);

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
    public async Task What_is_there_is_not_restored_over()
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var dump = _directory.File("dump");
        await new PostgresEngine(database.Options()).DumpAsync(dump, TestRun.Create(), CancellationToken.None);

        var taken = await Assert.ThrowsAsync<BackupFailedException>(() => new PostgresRestore(database.Options()).RestoreAsync(dump, database.Name, null, CancellationToken.None));
        var full = await Assert.ThrowsAsync<BackupFailedException>(
            () => new PostgresRestore(database.Options(BackupMethod.BaseBackup)).RestoreAsync(dump, _directory.Path, null, CancellationToken.None));

        Assert.Contains("already; allowed: a name that is new", taken.Message, StringComparison.Ordinal);
        Assert.Contains("allowed: a data directory that is new or empty", full.Message, StringComparison.Ordinal);
        Assert.Equal(["dump"], _directory.Names);
    }

    [Theory]
    [InlineData(BackupMethod.Dump)]
    [InlineData(BackupMethod.BaseBackup)]
    public async Task A_backup_that_is_cut_off_is_not_restored_and_leaves_nothing(BackupMethod method)
    {
        var database = server.Create(SampleServerDatabase.Calls);
        var dump = _directory.File("dump");
        await new PostgresEngine(database.Options(method)).DumpAsync(dump, TestRun.Create(), CancellationToken.None);
        using (var file = File.OpenWrite(dump))
        {
            file.SetLength(file.Length * 3 / 4);
        }

        var target = method == BackupMethod.Dump ? $"cut_{database.Name}" : _directory.File("data");
        await Assert.ThrowsAsync<BackupFailedException>(() => new PostgresRestore(database.Options(method)).RestoreAsync(dump, target, null, CancellationToken.None));

        Assert.False(Directory.Exists(target));
        Assert.Equal(0, database.Scalar<long>($"SELECT count(*) FROM pg_database WHERE datname = '{target}' OR datname LIKE 'cvp_restore_%'"));
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
}
