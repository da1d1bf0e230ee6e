using System.Text;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>Drills on a real server, which is a temporary one each time.</summary>
public abstract class DrillerTests(ServerFixture server, BackupMethod method) : DrillerContract
{
    private readonly SampleServerDatabase _database = server.Create("""
        CREATE TABLE call(id int PRIMARY KEY, at timestamptz, payload text);
        INSERT INTO call SELECT i, timestamptz '2026-03-01 00:00:00+00' + i * interval '1 s', repeat(md5(i::text), 5) FROM generate_series(1, 20) i;
        """);

    protected ServerFixture Server => server;

    protected SampleServerDatabase Database => _database;

    protected override PurgePlan Categories => Plan(TimestampFormat.Native);

    [Fact]
    public async Task Nothing_of_the_server_runs_when_the_drill_is_over_and_all_that_it_started_was_on_record()
    {
        var (driller, backup) = await BackedUpAsync();
        var kept = new Kept();

        await driller.DrillAsync(Job(backup), TestRun.Create() with { Children = kept }, CancellationToken.None);

        Assert.NotEmpty(kept.Children);
        Assert.All(kept.Children, child => Assert.False(new Processes.ChildIdentity(child.ProcessId, child.Started).IsAlive));
        Assert.DoesNotContain(Directory.GetFiles(PlaceIn(Root)), file => file.Contains("PGSQL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_a_socket_is_told()
    {
        var (driller, backup) = await BackedUpAsync();
        var deep = Directory.CreateDirectory(Path.Combine(PlaceIn(Root), new string('d', 100))).FullName;

        var failed = await Assert.ThrowsAsync<DrillFailedException>(() => driller.DrillAsync(Job(backup) with { Place = deep }, TestRun.Create(), CancellationToken.None));
        Assert.Contains("too long for a socket", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_root_says_when_the_servers_user_cannot_come_to_the_place()
    {
        var (driller, backup) = await BackedUpAsync();
        var closed = Directory.CreateDirectory(Path.Combine(PlaceIn(Root), "closed")).FullName;
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        var failed = await Assert.ThrowsAsync<DrillFailedException>(() => driller.DrillAsync(Job(backup) with { Place = closed }, TestRun.Create(), CancellationToken.None));
        Assert.Contains($"cannot enter {closed}: a folder above it is closed to others; set drill.directory", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_told()
    {
        var (driller, backup) = await BackedUpAsync();
        var place = Directory.CreateDirectory(Path.Combine(Root, "small")).FullName;
        using var disk = new SmallDisk(place, "8m");

        var failed = await Assert.ThrowsAsync<DrillFailedException>(() => driller.DrillAsync(Job(backup) with { Place = place }, TestRun.Create(), CancellationToken.None));
        Assert.Contains("No space left", failed.Message, StringComparison.Ordinal);
    }

    protected override IDriller Create(string directory) => new PostgresDriller(_database.Options(method), TimeProvider.System);

    protected override Task BackUpAsync(string directory, string backup) => new PostgresEngine(_database.Options(method)).DumpAsync(backup, TestRun.Create(), CancellationToken.None);

    protected override string PlaceIn(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return base.PlaceIn(directory);
        }

        // A node that is root has another user run the server, who must be able to come here.
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        return Directory.CreateDirectory(Path.Combine(directory, "place"), (UnixFileMode)0b111_000_000).FullName;
    }

    private sealed class Kept : IRunChildren
    {
        public List<RunChild> Children { get; } = [];

        public void Started(RunChild child)
        {
            lock (Children)
            {
                Children.Add(child);
            }
        }
    }
}

[Collection(ServerCollection.Name)]
public sealed class DumpDrillerTests(ServerFixture server) : DrillerTests(server, BackupMethod.Dump)
{
    [Fact]
    public async Task A_missing_extension_is_told_as_that_and_not_as_damage()
    {
        // As on a node that lacks the package: the dump names an extension that is not installed here.
        Database.Execute("CREATE EXTENSION hstore");
        var (driller, backup) = await BackedUpAsync();
        var dump = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(backup));
        await File.WriteAllBytesAsync(backup, Encoding.Latin1.GetBytes(dump.Replace("hstore", "hstorf", StringComparison.Ordinal)));

        var failed = await Assert.ThrowsAsync<DrillFailedException>(() => driller.DrillAsync(Job(backup), TestRun.Create(), CancellationToken.None));
        Assert.StartsWith("the extension hstorf is missing where the drill runs", failed.Message, StringComparison.Ordinal);
        Assert.Contains("not known to be damaged", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_called_as_every_server_has_one_is_drilled_too()
    {
        var everybodys = new PostgresOptions(Server.Server.ConnectionString.Replace("Database=cvp", "Database=postgres", StringComparison.Ordinal));
        var backup = Path.Combine(Root, "postgres.dump");
        await new PostgresEngine(everybodys).DumpAsync(backup, TestRun.Create(), CancellationToken.None);

        var findings = await new PostgresDriller(everybodys, TimeProvider.System).DrillAsync(Job(backup) with { Plan = PurgePlan.Empty }, TestRun.Create(), CancellationToken.None);
        Assert.True(findings.RestoreTook > TimeSpan.Zero);
    }
}

/// <summary>On a server of its own, which is small: all of it is backed up each time.</summary>
public sealed class BaseBackupDrillerTests(ServerFixture server) : DrillerTests(server, BackupMethod.BaseBackup), IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_flipped_byte_is_found_before_a_server_is_started()
    {
        var (driller, backup) = await BackedUpAsync();
        await using (var file = File.OpenWrite(backup))
        {
            file.Position = file.Length / 3;
            file.WriteByte(0xa5);
        }

        await Assert.ThrowsAsync<DrillFailedException>(() => driller.DrillAsync(Job(backup), TestRun.Create(), CancellationToken.None));
    }
}
