using CvpActors.Domain.Backups;
using CvpActors.Engines.Sqlite;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

public sealed class KilledProcessTests : IDisposable
{
    private const int Kills = 12;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_process_killed_at_random_moments_never_leaves_less_than_one_whole_backup()
    {
        var database = SampleDatabase.Create(_directory.File("reporting.db"));
        var backups = _directory.Sub("backups");
        var random = new Random(20260301);
        for (var kill = 0; kill < Kills; kill++)
        {
            using (var child = Child.Start("back-up-forever", database, backups))
            {
                while (!(await child.LineAsync()).StartsWith("made", StringComparison.Ordinal))
                {
                }

                var rest = child.RestAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 120)), TimeProvider.System);
                child.Kill();
                await rest;
            }

            var whole = new[] { BackupNames.Current, BackupNames.Old }.Where(name => BackupDirectory.Whole(backups, name) is not null).ToList();
            Assert.True(whole.Count > 0, $"no whole backup after kill {kill}: {string.Join(", ", Directory.EnumerateFiles(backups))}");

            new BackupFileSet("reporting", backups, new SqliteEngine(new SqliteOptions(database)), TimeProvider.System).Recover();
            var current = BackupDirectory.Whole(backups, BackupNames.Current);
            Assert.NotNull(current);
            await new SqliteEngine(new SqliteOptions(database)).VerifyAsync(Path.Combine(backups, BackupNames.Current), CancellationToken.None);
            if (current.Generation > 1)
            {
                Assert.NotNull(BackupDirectory.Whole(backups, BackupNames.Old));
            }

            Assert.All(Directory.EnumerateFiles(backups), file => Assert.Contains(Path.GetFileName(file), BackupDirectory.TwoBackups));
        }
    }
}
