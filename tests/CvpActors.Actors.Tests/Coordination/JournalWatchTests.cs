using System.Data.Common;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Supervising;
using CvpActors.Actors.Tests.Support;

namespace CvpActors.Actors.Tests.Coordination;

public sealed class JournalWatchTests
{
    private readonly FakeChannel _log = new("log", TimeProvider.System);
    private readonly FakeChannel _deaf = new("pager", TimeProvider.System) { IsDown = true };

    [Fact]
    public async Task An_outage_is_told_once_when_it_begins_and_once_when_it_has_ended_and_nothing_before()
    {
        var watch = new JournalWatch([_deaf, _log], "site-a-1", TimeProvider.System);
        watch.Worked();

        Assert.True(watch.Failed(new IOException("disk full")));
        Assert.False(watch.Failed(new IOException("disk full")));
        await SeenAsync(1);
        watch.Worked();
        watch.Worked();
        await SeenAsync(2);

        Assert.EndsWith("/site-a-1/raised", _log.Received[0], StringComparison.Ordinal);
        Assert.EndsWith("/site-a-1/cleared", _log.Received[1], StringComparison.Ordinal);
        Assert.Equal(_log.Received[0].Split('/')[0], _log.Received[1].Split('/')[0]);
    }

    [Fact]
    public async Task The_next_outage_is_told_again()
    {
        var watch = new JournalWatch([_log], "site-a-1", TimeProvider.System);
        for (var outage = 1; outage <= 2; outage++)
        {
            Assert.True(watch.Failed(new IOException("disk full")));
            watch.Worked();
        }

        await SeenAsync(4);
    }

    [Theory]
    [InlineData("23505", "duplicate key value violates unique constraint", true)]
    [InlineData(null, "SQLite Error 19: 'UNIQUE constraint failed: journal.persistence_id, journal.sequence_number'.", true)]
    [InlineData("57P01", "terminating connection due to administrator command", false)]
    [InlineData(null, "SQLite Error 13: 'database or disk is full'.", false)]
    public void A_write_that_another_coordinator_was_faster_with_is_told_from_an_outage(string? state, string message, bool conflict) =>
        Assert.Equal(conflict, new JournalFault("database-reporting", new AggregateException(new StoreException(message, state))).IsConflict);

    private Task SeenAsync(int notifications) => CvpActors.Testing.Poll.UntilAsync(() => _log.Received.Count == notifications, TimeSpan.FromSeconds(10));

    private sealed class StoreException(string message, string? state) : DbException(message)
    {
        public override string? SqlState => state;
    }
}
