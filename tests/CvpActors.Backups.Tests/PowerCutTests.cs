using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>
/// What is flushed, and before which rename: the power is cut after every step of a backup, and of what was not flushed until then anything
/// is lost or kept.
/// </summary>
public sealed class PowerCutTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeEngine _engine = new("");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task At_every_moment_of_a_backup_all_that_was_whole_before_it_or_the_new_one_and_the_last_is_left(int before)
    {
        var disk = await StartAsync(before);
        var seen = new HashSet<string>();
        disk.AtEachStep = left => seen.Add(Settled(left));

        await BackUpAsync(disk, before + 1);

        // Before it: 1 alone, or 2 and 1. After it: the new one and the last. Nothing else, and never less.
        Assert.Equal(new[] { before == 1 ? "1" : "2 1", before == 1 ? "2 1" : "3 2" }.Order(), seen.Order());
    }

    [Fact]
    public async Task What_a_backup_that_has_ended_has_made_is_there_after_any_power_cut()
    {
        var disk = await StartAsync(2);
        await BackUpAsync(disk, 3);
        var seen = new HashSet<string>();
        disk.AtEachStep = left => seen.Add(Settled(left));

        disk.FlushBytes(_directory.File("live/" + BackupNames.Current));

        Assert.Equal(["3 2"], seen);
    }

    [Fact]
    public async Task A_backup_that_fails_takes_itself_back_in_an_order_that_loses_nothing_either()
    {
        var disk = await StartAsync(2);
        _engine.WhileVerifying = _ => throw new BackupFailedException("on purpose");
        var seen = new HashSet<string>();
        disk.AtEachStep = left => seen.Add(Settled(left));

        await Assert.ThrowsAsync<BackupFailedException>(() => BackUpAsync(disk, 3));

        Assert.Equal(["2 1"], seen);
    }

    private async Task<RecordingDisk> StartAsync(int backups)
    {
        var disk = new RecordingDisk(_directory.Sub("live"));
        for (var i = 1; i <= backups; i++)
        {
            await BackUpAsync(disk, i);
        }

        return disk;
    }

    private async Task BackUpAsync(RecordingDisk disk, int number)
    {
        // Of one length: only the checksum tells them apart.
        _engine.Content = "backup " + number;
        await new BackupFileSet("reporting", _directory.Sub("live"), _engine, TimeProvider.System, null, null, disk, _ => { }).BackUpAsync(TestRun.Create(), default);
    }

    /// <summary>Puts a folder together from what is left, lets the next start settle it, and reads the generations that are whole, the current one first.</summary>
    private string Settled(IReadOnlyDictionary<string, byte[]?> left)
    {
        var folder = _directory.File("after");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in left)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes ?? "lost by"u8.ToArray());
        }

        new BackupFileSet("reporting", folder, new FakeEngine(""), TimeProvider.System).Recover();
        return string.Join(' ', new[] { BackupNames.Current, BackupNames.Old }.Select(name => BackupDirectory.Whole(folder, name)?.Generation).Where(g => g is not null));
    }
}
