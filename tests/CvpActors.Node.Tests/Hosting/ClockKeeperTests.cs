using CvpActors.Domain.Clocks;
using CvpActors.Node.Hosting;
using CvpActors.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Node.Tests.Hosting;

/// <summary>What a node remembers of its clock.</summary>
public sealed class ClockKeeperTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Start);
    private TimeSpan _uptime = TimeSpan.FromDays(9);

    [Fact]
    public void A_clock_that_is_ahead_when_the_node_starts_again_has_leapt_and_an_administrators_word_outlives_the_next_start()
    {
        using (var first = Keeper())
        {
            Assert.Null(first.HadToShowAtStart);
            Assert.Equal(new ClockEvidence(Start, Leap: null), first.Evidence());
        }

        Pass(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(400));
        using (var second = Keeper())
        {
            Assert.Equal(Start.AddMinutes(1), second.HadToShowAtStart);
            Assert.Equal(new ClockLeap(Start.AddMinutes(1), Start.AddMinutes(1).AddDays(400)), second.Evidence().Leap);
            second.Accept(Start.AddDays(3));
            Assert.NotNull(second.Evidence().Leap);
            second.Accept(Start.AddMinutes(1).AddDays(400));
            Assert.Null(second.Evidence().Leap);
        }

        Pass(TimeSpan.FromHours(5));
        using var third = Keeper();
        Assert.Null(third.Evidence().Leap);
    }

    [Fact]
    public void It_reads_the_clock_every_minute_so_that_what_happens_in_a_quiet_span_is_known_at_the_next_start()
    {
        using (Keeper())
        {
            _uptime += TimeSpan.FromMinutes(1);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _uptime += TimeSpan.FromSeconds(2);
        using var next = Keeper();
        Assert.Equal(Start.AddMinutes(1).AddSeconds(2), next.HadToShowAtStart);
    }

    [Fact]
    public void What_most_clocks_of_the_cluster_show_has_not_leapt()
    {
        using (Keeper())
        {
        }

        Pass(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(30));
        using var keeper = Keeper(confirmed: true);
        Assert.Null(keeper.Evidence().Leap);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{ \"trusted\": 7 }")]
    [InlineData("{ \"trusted\": null, \"steadySince\": \"2026-03-02T01:00:00+00:00\", \"latest\": null }")]
    public void A_file_that_cannot_be_read_is_begun_anew_and_one_that_cannot_be_written_stops_nothing(string damaged)
    {
        File.WriteAllText(_directory.File("clock.json"), damaged);
        using (var keeper = Keeper())
        {
            Assert.Null(keeper.HadToShowAtStart);
        }

        File.Delete(_directory.File("clock.json"));
        Directory.CreateDirectory(_directory.File("clock.json"));
        using var other = Keeper();
        Assert.Equal(Start, other.Evidence().SteadySince);
    }

    public void Dispose() => _directory.Dispose();

    private void Pass(TimeSpan passed, TimeSpan ahead = default)
    {
        _uptime += passed;
        _time.Advance(passed + ahead);
    }

    private ClockKeeper Keeper(bool confirmed = false) => new(_directory.Path, _time, () => confirmed, () => _uptime, NullLogger.Instance);
}
