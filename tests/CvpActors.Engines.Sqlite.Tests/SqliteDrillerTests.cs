using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Sqlite.Tests;

public sealed class SqliteDrillerTests : DrillerContract
{
    protected override PurgePlan Categories => Plan(TimestampFormat.UnixSeconds);

    [Fact]
    public async Task A_flipped_byte_is_found_by_the_restore_itself()
    {
        var (driller, backup) = await BackedUpAsync();
        await using (var file = File.OpenWrite(backup))
        {
            // The kind of the page of a table.
            file.Position = 4096;
            file.WriteByte(0xff);
        }

        await Assert.ThrowsAsync<DrillFailedException>(() => driller.DrillAsync(Job(backup), TestRun.Create(), CancellationToken.None));
    }

    [Fact]
    public async Task A_full_disk_is_told_and_the_restore_takes_its_own_away()
    {
        var (driller, backup) = await BackedUpAsync();
        var place = Directory.CreateDirectory(Path.Combine(Root, "small")).FullName;
        using var disk = new SmallDisk(place, "1m");
        disk.FillUp();

        var failed = await Assert.ThrowsAsync<DrillFailedException>(
            () => driller.DrillAsync(Job(backup) with { Place = place }, TestRun.Create(), CancellationToken.None));

        Assert.Contains(place, failed.Message, StringComparison.Ordinal);
        Assert.Equal(["ballast"], Directory.GetFiles(place).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_the_live_database_holds_is_counted_as_the_copy_is()
    {
        await BackedUpAsync();

        var counted = await new SqlitePurger(Options(Live), TimeProvider.System).CountAsync(Categories, Newest.AddDays(1), CancellationToken.None);

        var category = Assert.Single(counted!.Value);
        Assert.Equal((20L, Newest), (category.Rows, category.Newest!.Value));
    }

    protected override IDriller Create(string directory)
    {
        var path = Options(directory).Path;
        if (!File.Exists(path))
        {
            SampleDatabase.Execute(path, $"""
                PRAGMA journal_mode = wal;
                CREATE TABLE call(id INTEGER PRIMARY KEY, at INTEGER, payload TEXT);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
                INSERT INTO call SELECT i, {Newest.ToUnixTimeSeconds()} - 20 + i, hex(randomblob(500)) FROM n;
                """);
        }

        return new SqliteDriller(Options(directory), TimeProvider.System);
    }

    protected override Task BackUpAsync(string directory, string backup) => new SqliteEngine(Options(directory)).DumpAsync(backup, TestRun.Create(), CancellationToken.None);

    private static SqliteOptions Options(string directory) => new(Path.Combine(directory, "live.db"));
}
