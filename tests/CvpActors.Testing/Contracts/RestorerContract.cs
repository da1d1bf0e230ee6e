using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="IRestorer"/> promises, for every implementation of it that keeps the live database apart until it publishes.</summary>
public abstract class RestorerContract : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>A restorer whose live database is in <paramref name="directory"/>, with something in it.</summary>
    protected abstract IRestorer Create(string directory);

    /// <summary>Makes a backup of the live database as it is now.</summary>
    protected abstract Task BackUpAsync(string directory, string backup);

    /// <summary>Changes the live database.</summary>
    protected abstract void Change(string directory);

    /// <summary>What is in the database at a target, in words of the test.</summary>
    protected abstract string ContentOf(string directory, string target);

    /// <summary>Whether there is anything at a target.</summary>
    protected abstract bool IsThere(string directory, string target);

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_place_that_is_chosen_is_free_and_a_restore_to_it_is_what_was_backed_up()
    {
        var (restorer, backup, before) = await BackedUpAsync();
        Change(Database);
        var after = ContentOf(Database, RestoreOrder.Live);
        var target = await ChosenAsync(restorer);
        var (place, _) = await restorer.LookAtAsync(target, new FileInfo(backup).Length, toBePurged: false, CancellationToken.None);
        Assert.Equal((false, null, null), (place.IsLive, place.Problem, place.Replaces));

        await RestoreAsync(restorer, backup, target);

        Assert.Equal(before, ContentOf(Database, target));
        Assert.Equal(after, ContentOf(Database, RestoreOrder.Live));
        Assert.NotEqual(target, await ChosenAsync(restorer));
    }

    [Fact]
    public async Task The_live_database_is_what_was_backed_up_after_a_restore_over_it()
    {
        var (restorer, backup, before) = await BackedUpAsync();
        Change(Database);
        var (place, _) = await restorer.LookAtAsync(RestoreOrder.Live, new FileInfo(backup).Length, toBePurged: false, CancellationToken.None);
        Assert.Equal((true, null), (place.IsLive, place.Problem));
        Assert.NotNull(place.Replaces);

        await RestoreAsync(restorer, backup, RestoreOrder.Live);

        Assert.Equal(before, ContentOf(Database, RestoreOrder.Live));
    }

    [Fact]
    public async Task Until_it_is_published_nothing_is_at_the_target_and_nothing_is_left_of_what_never_was()
    {
        var (restorer, backup, _) = await BackedUpAsync();
        var live = ContentOf(Database, RestoreOrder.Live);
        var names = Directory.GetFileSystemEntries(Database).Order(StringComparer.Ordinal).ToArray();
        foreach (var target in new[] { await ChosenAsync(restorer), RestoreOrder.Live })
        {
            await using (await restorer.StageAsync(backup, target, toBePurged: true, TestRun.Create(), CancellationToken.None))
            {
                Assert.Equal(target == RestoreOrder.Live, IsThere(Database, target));
                Assert.Equal(live, ContentOf(Database, RestoreOrder.Live));
            }
        }

        Assert.Equal(names, Directory.GetFileSystemEntries(Database).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_run_whose_token_was_superseded_changes_nothing()
    {
        var (restorer, backup, _) = await BackedUpAsync();
        Change(Database);
        var live = ContentOf(Database, RestoreOrder.Live);
        foreach (var target in new[] { await ChosenAsync(restorer), RestoreOrder.Live })
        {
            var run = TestRun.Create(token: 4, new Fence(5));
            await using var staged = await restorer.StageAsync(backup, target, toBePurged: false, run, CancellationToken.None);

            await Assert.ThrowsAsync<FencedException>(() => staged.PublishAsync(run, CancellationToken.None));
        }

        Assert.Equal(live, ContentOf(Database, RestoreOrder.Live));
        Assert.False(IsThere(Database, await ChosenAsync(restorer)));
    }

    [Fact]
    public async Task What_is_at_a_new_place_is_never_replaced()
    {
        var (restorer, backup, before) = await BackedUpAsync();
        var target = await ChosenAsync(restorer);
        await RestoreAsync(restorer, backup, target);

        var (place, _) = await restorer.LookAtAsync(target, 1, toBePurged: false, CancellationToken.None);
        Assert.NotNull(place.Problem);
        await Assert.ThrowsAsync<RestoreFailedException>(() => restorer.StageAsync(backup, target, toBePurged: false, TestRun.Create(), CancellationToken.None));
        Assert.Equal(before, ContentOf(Database, target));
    }

    [Fact]
    public async Task Where_nothing_was_left_nothing_is_tidied_up() => Assert.Empty(await Create(Database).TidyUpAsync(RestoreOrder.Live, CancellationToken.None));

    private static async Task<string> ChosenAsync(IRestorer restorer) =>
        await restorer.ChoosePlaceAsync(41, CancellationToken.None) ?? throw new InvalidOperationException("it chooses no place");

    private string Database => _directory.Sub("database");

    private async Task<(IRestorer Restorer, string Backup, string Content)> BackedUpAsync()
    {
        var restorer = Create(Database);
        var backup = _directory.File("backup");
        await BackUpAsync(Database, backup);
        return (restorer, backup, ContentOf(Database, RestoreOrder.Live));
    }

    private static async Task RestoreAsync(IRestorer restorer, string backup, string target)
    {
        await using var staged = await restorer.StageAsync(backup, target, toBePurged: false, TestRun.Create(), CancellationToken.None);
        await staged.PublishAsync(TestRun.Create(), CancellationToken.None);
    }
}
