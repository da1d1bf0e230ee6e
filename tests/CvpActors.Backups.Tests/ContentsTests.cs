using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>What the live database held is in the manifest, and no backup fails or waits for it.</summary>
public sealed class ContentsTests : IDisposable
{
    private static readonly CategoryContents Calls = new("call", 20, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_counted_is_read_back_with_the_file()
    {
        var made = await BackUpAsync(_ => Task.FromResult<ImmutableArray<CategoryContents>?>([Calls]));

        Assert.Equal(Calls, Assert.Single(made.Contents!.Categories));
        Assert.Null(made.Contents!.Missing);
        Assert.Equal(made, Files(null).List().Single().Manifest);
    }

    [Fact]
    public async Task A_backup_that_nobody_counts_says_nothing_of_it_as_those_of_earlier_versions()
    {
        Assert.Null((await BackUpAsync(null)).Contents);
        Assert.Null((await BackUpAsync(_ => Task.FromResult<ImmutableArray<CategoryContents>?>(null))).Contents);
        Assert.DoesNotContain("contents", await File.ReadAllTextAsync(Path.Combine(Backups, BackupNames.ManifestOf(BackupNames.Current))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_counted_is_said_and_the_backup_is_made()
    {
        var made = await BackUpAsync(_ => throw new ReportingDatabaseException("there is no table \"call\""));

        Assert.Equal("the live database could not be counted at its backup: there is no table \"call\"", made.Contents!.Missing);
        Assert.Empty(made.Contents.Categories);
    }

    [Fact]
    public async Task A_count_that_takes_too_long_is_given_up_and_the_backup_is_made()
    {
        // Its clock leaps over the bound as soon as the counting has begun, which does not heed its cancellation.
        var never = new TaskCompletionSource<ImmutableArray<CategoryContents>?>();
        var made = await BackUpAsync(_ => never.Task, new HurriedTime());

        Assert.Equal("the live database could not be counted within 60 s of its backup", made.Contents!.Missing);
    }

    [Fact]
    public async Task A_backup_that_fails_ends_the_counting()
    {
        var ended = new TaskCompletionSource();
        var engine = new FakeEngine("a dump") { WhileDumping = (_, _) => throw new BackupFailedException("the disk is full") };

        await Assert.ThrowsAsync<BackupFailedException>(() => Files(
            async cancellation =>
            {
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                }
                finally
                {
                    ended.SetResult();
                }

                return null;
            },
            engine: engine).BackUpAsync(TestRun.Create(), default));

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private Task<BackupManifest> BackUpAsync(Func<CancellationToken, Task<ImmutableArray<CategoryContents>?>>? count, TimeProvider? time = null) =>
        Files(count, time).BackUpAsync(TestRun.Create(), default);

    private string Backups => _directory.Sub("backup");

    private BackupFileSet Files(Func<CancellationToken, Task<ImmutableArray<CategoryContents>?>>? count, TimeProvider? time = null, FakeEngine? engine = null) =>
        new("reporting", Backups, engine ?? new FakeEngine("a dump"), time ?? TimeProvider.System, options: new BackupSetOptions { Contents = count });

    /// <summary>Every timer fires at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
