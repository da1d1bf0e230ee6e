using System.Diagnostics;
using CvpActors.Domain.Ports;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Testing;

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>Where secrets come from, and that they go nowhere else.</summary>
[Collection(ServerCollection.Name)]
public sealed class CredentialsTests : IDisposable
{
    private const string Secret = "s3cr3t-of-the-test";

    private readonly TempDirectory _directory = new();
    private readonly SampleServerDatabase _database;
    private readonly string _role;
    private readonly string _asRole;

    public CredentialsTests(ServerFixture server)
    {
        ArgumentNullException.ThrowIfNull(server);
        _database = server.Create(SampleServerDatabase.Calls);
        _role = $"role_{_database.Name}";
        _database.Execute($"CREATE ROLE {_role} LOGIN SUPERUSER PASSWORD '{Secret}'");
        var hba = Path.Combine(server.Server.Data, "pg_hba.conf");
        File.WriteAllText(hba, $"host all {_role} 127.0.0.1/32 scram-sha-256\nhost replication {_role} 127.0.0.1/32 scram-sha-256\n{File.ReadAllText(hba)}");
        _database.Execute("SELECT pg_reload_conf()");
        _asRole = _database.ConnectionString.Replace($"Username={PostgresServer.User}", $"Username={_role}", StringComparison.Ordinal);

        // The server reads its files anew a moment later.
        var deadline = TimeProvider.System.GetTimestamp();
        while (TryOpen() && TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(20))
        {
        }

        bool TryOpen()
        {
            try
            {
                using var connection = new Npgsql.NpgsqlConnection(_asRole + ";Pooling=false;Passfile=" + _directory.File("none"));
                connection.Open();
                return true;
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or IOException)
            {
                return false;
            }
        }
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(BackupMethod.Dump)]
    [InlineData(BackupMethod.BaseBackup)]
    public async Task The_password_is_taken_as_it_is_configured(BackupMethod method) => await BackUpAsync(new PostgresOptions(_asRole, Secret) { Method = method });

    [Theory]
    [InlineData(BackupMethod.Dump)]
    [InlineData(BackupMethod.BaseBackup)]
    public async Task The_password_is_found_in_a_passfile(BackupMethod method) =>
        await BackUpAsync(new PostgresOptions(_asRole, passfile: Secretly("passfile", $"127.0.0.1:*:*:{_role}:{Secret}\n")) { Method = method });

    [Fact]
    public async Task Everything_is_found_in_a_service_file()
    {
        var builder = new Npgsql.NpgsqlConnectionStringBuilder(_asRole);
        var file = Secretly("service", $"# a comment\n[other]\nhost=elsewhere\n[reporting]\nhost={builder.Host}\nport={builder.Port}\ndbname={builder.Database}\nuser={_role}\npassword={Secret}\n");

        await BackUpAsync(ServiceFile.Read(file, "reporting"));

        Assert.Contains("no service [missing]", Assert.Throws<ArgumentException>(() => ServiceFile.Read(file, "missing")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_being_repeated()
    {
        var engine = new PostgresEngine(new PostgresOptions(_asRole, "wr0ng-" + Secret));

        var refused = await Assert.ThrowsAsync<ReportingDatabaseException>(() => engine.CheckAsync(CancellationToken.None));
        var failed = await Assert.ThrowsAsync<BackupFailedException>(() => engine.DumpAsync(_directory.File("dump"), TestRun.Create(), CancellationToken.None));

        Assert.Contains("password authentication failed", refused.Message, StringComparison.Ordinal);
        Assert.Contains("password authentication failed", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.ToString() + failed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_password_is_told()
    {
        _database.Execute($"ALTER ROLE {_role} VALID UNTIL '2020-01-01'");

        var refused = await Assert.ThrowsAsync<ReportingDatabaseException>(() => new PostgresEngine(new PostgresOptions(_asRole, Secret)).CheckAsync(CancellationToken.None));

        Assert.Contains("whether the password has expired", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_missing_is_told()
    {
        File.WriteAllText(_directory.File("empty"), "");

        var refused = await Assert.ThrowsAsync<ReportingDatabaseException>(
            () => new PostgresEngine(new PostgresOptions(_asRole, passfile: Secretly("empty", ""))).CheckAsync(CancellationToken.None));

        Assert.Contains("wants a password", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_with_a_password_is_refused_and_not_repeated()
    {
        var wrong = Assert.Throws<ArgumentException>(() => new PostgresOptions($"{_asRole};Password={Secret}"));
        var unreadable = Assert.Throws<ArgumentException>(() => new PostgresOptions($"{_asRole};Pasword={Secret}"));

        Assert.DoesNotContain(Secret, wrong.Message + unreadable.Message + new PostgresOptions(_asRole, Secret), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_gets_the_secret_in_its_environment_and_nothing_of_ours_in_it()
    {
        // A stand-in for pg_dump that tells its arguments and environment.
        var bin = _directory.Sub("bin");
        Script(bin, "pg_dump", "echo \"arguments: $*\"; /usr/bin/env");
        Environment.SetEnvironmentVariable("CVP_TEST_PROFILE", "of the one who started the node");

        await new PostgresEngine(new PostgresOptions(_asRole, Secret) { BinDirectory = bin }).DumpAsync(_directory.File("dump"), TestRun.Create(), CancellationToken.None);

        var told = await File.ReadAllLinesAsync(_directory.File("dump"));
        Assert.DoesNotContain(Secret, told[0], StringComparison.Ordinal);
        Assert.Contains($"PGPASSWORD={Secret}", told);
        Assert.Contains($"PGUSER={_role}", told);
        Assert.DoesNotContain(told, line => line.StartsWith("CVP_TEST_PROFILE", StringComparison.Ordinal));
    }

    internal static void Script(string folder, string program, string body)
    {
        var path = Path.Combine(folder, program);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        using var mode = Process.Start("chmod", ["755", path]);
        mode.WaitForExit();
    }

    private async Task BackUpAsync(PostgresOptions options)
    {
        var engine = new PostgresEngine(options);
        await engine.CheckAsync(CancellationToken.None);
        await engine.DumpAsync(_directory.File("dump"), TestRun.Create(), CancellationToken.None);
        await engine.VerifyAsync(_directory.File("dump"), CancellationToken.None);
    }

    private string Secretly(string name, string text)
    {
        var path = _directory.File(name);
        File.WriteAllText(path, text);
        using var mode = Process.Start("chmod", ["600", path]);
        mode.WaitForExit();
        return path;
    }
}
