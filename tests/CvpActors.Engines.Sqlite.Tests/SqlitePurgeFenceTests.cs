using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

public sealed class SqlitePurgeFenceTests : IDisposable
{
    private readonly PurgeFixture _purge = new();

    public void Dispose() => _purge.Dispose();

    [Fact]
    public async Task Each_batch_asks_the_fence()
    {
        _purge.Calls();
        var fence = new Fence(5);
        var run = TestRun.Create(5, fence, progress =>
        {
            if (progress.Done == 30)
            {
                fence.Admit(6);
            }
        });

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")), run: run));

        Assert.IsType<FencedException>(stopped.InnerException);
        Assert.Contains("batch 4 of call", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(30, stopped.DeletedSoFar.Rows);
        Assert.Equal(70, _purge.Count());
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task A_token_superseded_while_the_purge_waits_for_the_write_lock_deletes_nothing(string journalMode)
    {
        _purge.Calls(100, journalMode);
        var fence = new Fence(5);
        using var writer = SampleDatabase.Open(_purge.Database);
        Execute(writer, "BEGIN IMMEDIATE");

        var purging = _purge.PurgeAsync(
            PurgeFixture.Plan(PurgeFixture.Category("call")), run: TestRun.Create(5, fence), busy: TimeSpan.FromSeconds(60));
        await AssertWaitsAsync(purging);
        fence.Admit(6);
        Execute(writer, "ROLLBACK");

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => purging);
        Assert.IsType<FencedException>(stopped.InnerException);
        Assert.Equal(0, stopped.DeletedSoFar.Rows);
        Assert.Equal(100, _purge.Count());
    }

    [Fact]
    public async Task The_fence_is_asked_after_the_write_lock_was_obtained_and_not_before()
    {
        _purge.Calls();
        var fence = new Fence(5);
        using var writer = SampleDatabase.Open(_purge.Database);

        // The lock is taken in the pause after the first batch; the second waits for it with its token still good.
        var first = new TaskCompletionSource();
        using var mayGoOn = new ManualResetEventSlim();
        var run = TestRun.Create(5, fence, progress =>
        {
            if (progress.Done == 10)
            {
                first.SetResult();
                mayGoOn.Wait();
            }
        });
        var purging = _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")), run: run, busy: TimeSpan.FromSeconds(60));
        await first.Task;
        Execute(writer, "BEGIN IMMEDIATE");
        mayGoOn.Set();
        await AssertWaitsAsync(purging);
        fence.Bar(5);
        Execute(writer, "ROLLBACK");

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => purging);
        Assert.IsType<FencedException>(stopped.InnerException);
        Assert.Equal(90, _purge.Count());
    }

    [Fact]
    public async Task A_purge_that_waits_for_the_write_lock_hears_its_cancellation()
    {
        _purge.Calls();
        using var writer = SampleDatabase.Open(_purge.Database);
        Execute(writer, "BEGIN IMMEDIATE");
        using var cancel = new CancellationTokenSource();

        var purging = _purge.PurgeAsync(
            PurgeFixture.Plan(PurgeFixture.Category("call")), cancellation: cancel.Token, busy: TimeSpan.FromHours(1));
        await AssertWaitsAsync(purging);
        await cancel.CancelAsync();

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => purging.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.IsAssignableFrom<OperationCanceledException>(stopped.InnerException);
    }

    [Fact]
    public async Task A_write_lock_that_is_not_released_ends_the_purge_after_the_busy_timeout()
    {
        _purge.Calls();
        using var writer = SampleDatabase.Open(_purge.Database);
        Execute(writer, "BEGIN IMMEDIATE");

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(
            () => _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")), busy: TimeSpan.FromMilliseconds(300)));

        Assert.IsType<SqliteDatabaseException>(stopped.InnerException);
        Assert.Contains("stayed locked by another process for 0.3 s", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(100, _purge.Count());
    }

    // That something does not end can only be seen by giving it time to: long enough for it to have met the lock.
    private static async Task AssertWaitsAsync(Task purging) =>
        await Assert.ThrowsAsync<TimeoutException>(() => purging.WaitAsync(TimeSpan.FromMilliseconds(400)));

    private static void Execute(Microsoft.Data.Sqlite.SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
