using CvpActors.Shipping.Vault;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Shipping.Tests;

public sealed class BandwidthLimitTests
{
    private static readonly DateTimeOffset Nine = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("07:59", 100)]
    [InlineData("08:00", 10)]
    [InlineData("17:59", 10)]
    [InlineData("18:00", 100)]
    [InlineData("23:30", 50)]
    [InlineData("00:30", 50)]
    public void The_window_that_holds_goes_before_the_limit(string at, long expected)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture).ToTimeSpan());
        var limit = new BandwidthLimit(100, [new(new TimeOnly(8, 0), new TimeOnly(18, 0), 10), new(new TimeOnly(23, 0), new TimeOnly(1, 0), 50)], time);

        Assert.Equal(expected, limit.Present);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task All_streams_together_come_no_faster_than_the_limit(int streams)
    {
        const int Each = 300 << 10;
        var time = new FakeTimeProvider(Nine);
        var limit = new BandwidthLimit(100 << 10, [], time);
        var reads = Enumerable.Range(0, streams).Select(_ => limit.Limit(new MemoryStream(new byte[Each])).CopyToAsync(Stream.Null)).ToList();
        var all = Task.WhenAll(reads);
        while (!all.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));

            // What waited for this moment goes on before the next.
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        // A tenth of a second's worth may come at once.
        Assert.InRange((time.GetUtcNow() - Nine).TotalSeconds, (3.0 * streams) - 0.2, 3.0 * streams * 2);
    }

    [Fact]
    public async Task Without_a_limit_nothing_waits()
    {
        var time = new FakeTimeProvider(Nine);

        await new BandwidthLimit(0, [], time).Limit(new MemoryStream(new byte[10 << 20])).CopyToAsync(Stream.Null);

        Assert.Equal(Nine, time.GetUtcNow());
    }
}
