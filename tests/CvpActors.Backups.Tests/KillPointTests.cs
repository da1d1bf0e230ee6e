using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Files;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>Takes a picture of the directory between any two steps of a backup: what is in it is what a kill there leaves.</summary>
public sealed class KillPointTests : IDisposable
{
    private static readonly string[] Steps =
    [
        "the old manifest is set aside", "the old backup is set aside", "the last backup is on its way", "the last backup is named old",
        "the old manifest is written", "the dump is written", "the new manifest is announced", "the new backup is named current",
        "the new manifest is named current", "the former old is gone",
    ];

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, bool, int> KillPoints
    {
        get
        {
            var points = new TheoryData<string, bool, int>();
            foreach (var step in Steps)
            {
                points.Add(step, true, 2);
                points.Add(step, false, 2);
            }

            foreach (var step in Steps.Except(["the old manifest is set aside", "the old backup is set aside", "the former old is gone"]))
            {
                points.Add(step, true, 1);
            }

            return points;
        }
    }

    [Theory]
    [MemberData(nameof(KillPoints))]
    public async Task After_a_kill_at_any_point_a_whole_backup_is_there_and_leftovers_are_cleaned(string killedWhen, bool links, int backupsBefore)
    {
        var pictures = await PicturesOfTheNextBackupAsync(backupsBefore, links);
        var picture = pictures[killedWhen];

        var whole = new[] { BackupNames.Current, BackupNames.Old }.Select(name => BackupDirectory.Whole(picture, name)).OfType<BackupManifest>();
        Assert.NotEmpty(whole);

        var files = new BackupFileSet("reporting", picture, new FakeEngine("next"), TimeProvider.System);
        var mended = files.Recover();
        Assert.True(mended.Count > 0 || backupsBefore == 1, "there was something to mend and nothing was told");

        var current = BackupDirectory.Whole(picture, BackupNames.Current);
        var old = BackupDirectory.Whole(picture, BackupNames.Old);
        var published = Array.IndexOf(Steps, killedWhen) >= Array.IndexOf(Steps, "the new backup is named current");
        Assert.Equal(published ? backupsBefore + 1 : backupsBefore, current?.Generation);
        Assert.Equal(published ? backupsBefore : backupsBefore == 2 ? 1 : null, old?.Generation);

        var names = Directory.EnumerateFiles(picture).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
        Assert.Equal(old is null ? BackupDirectory.TwoBackups[..2] : BackupDirectory.TwoBackups, names);
        Assert.Empty(files.Recover());
        Assert.Equal(backupsBefore + (published ? 2 : 1), (await files.BackUpAsync(TestRun.Create(), default)).Generation);
    }

    [Fact]
    public async Task Every_step_has_its_picture()
    {
        var pictures = await PicturesOfTheNextBackupAsync(2, links: true);

        Assert.Equal(Steps, pictures.Keys.Order(Comparer<string>.Create((a, b) => Array.IndexOf(Steps, a) - Array.IndexOf(Steps, b))));
    }

    [Fact]
    public async Task A_kill_while_a_failed_backup_is_taken_back_is_settled_too()
    {
        var pictures = await PicturesOfTheNextBackupAsync(2, links: true, failing: true);

        new BackupFileSet("reporting", pictures["the former old is back"], new FakeEngine("next"), TimeProvider.System).Recover();

        Assert.Equal(2, BackupDirectory.Whole(pictures["the former old is back"], BackupNames.Current)?.Generation);
        Assert.Equal(1, BackupDirectory.Whole(pictures["the former old is back"], BackupNames.Old)?.Generation);
    }

    [Fact]
    public async Task A_damaged_current_file_is_told_and_left_for_the_next_backup_to_replace()
    {
        var directory = (await PicturesOfTheNextBackupAsync(2, links: true))["the old manifest is set aside"];
        var current = Path.Combine(directory, BackupNames.Current);
        File.WriteAllText(current, "damaged");
        var files = new BackupFileSet("reporting", directory, new FakeEngine("next"), TimeProvider.System);

        Assert.Contains(files.Recover(), line => line.Contains(current, StringComparison.Ordinal) && line.Contains("not a valid backup", StringComparison.Ordinal));
        Assert.Equal(1, BackupDirectory.Whole(directory, BackupNames.Old)?.Generation);
    }

    private async Task<Dictionary<string, string>> PicturesOfTheNextBackupAsync(int backupsBefore, bool links, bool failing = false)
    {
        var live = _directory.Sub("live");
        var pictures = new Dictionary<string, string>();
        var recording = false;
        var engine = new FakeEngine("");
        var files = new BackupFileSet("reporting", live, engine, TimeProvider.System, null, null, links ? Disk.Real : new NoLinks(), step =>
        {
            if (recording)
            {
                pictures.Add(step, _directory.File("picture-" + pictures.Count));
                BackupDirectory.Copy(live, pictures[step]);
            }
        });

        // Same length every time: only the checksum tells the generations apart.
        for (var i = 1; i <= backupsBefore; i++)
        {
            engine.Content = "backup " + i;
            await files.BackUpAsync(TestRun.Create(), default);
        }

        recording = true;
        engine.Content = "backup n";
        if (failing)
        {
            engine.WhileDumping = (_, _) => throw new BackupFailedException("on purpose");
            await Assert.ThrowsAsync<BackupFailedException>(() => files.BackUpAsync(TestRun.Create(), default));
        }
        else
        {
            await files.BackUpAsync(TestRun.Create(), default);
        }

        return pictures;
    }
}
