using Akka.Actor;
using CvpActors.Actors.Membership;

namespace CvpActors.Actors.Tests.Membership;

/// <summary>What time it is, when clocks differ.</summary>
public sealed class ClusterClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Machine _local = new();

    [Theory]
    [InlineData("", null)]
    [InlineData("0", null)]
    [InlineData("5 5", "5")]
    [InlineData("0 1000000", "0")]
    [InlineData("-46800 -46799", "-46799")]
    [InlineData("3 3 -90000 90000", "3")]
    [InlineData("-7 7 7", "0")]
    public void The_middle_clock_counts_and_with_fewer_than_three_none(string othersAhead, string? correction)
    {
        TimeSpan[] others = [.. othersAhead.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => TimeSpan.FromSeconds(int.Parse(s)))];

        Assert.Equal(correction is null ? null : TimeSpan.FromSeconds(int.Parse(correction)), ClockConsensus.Correction(others));
    }

    [Fact]
    public void A_clock_that_nobody_corrects_is_the_machines_own() => Assert.Equal(_local.GetUtcNow(), new ClusterClock(_local).GetUtcNow());

    [Fact]
    public void The_word_of_the_others_counts_and_so_does_the_time_that_has_passed_since()
    {
        var clock = new ClusterClock(_local);
        clock.Correct(-42 * 24 * 3600 * Second);
        var told = clock.GetUtcNow();
        _local.Advance(10 * Second);

        Assert.Equal(10 * Second, clock.GetUtcNow() - told);
        Assert.Equal(TimeSpan.FromDays(42), clock.LocalOffset);
    }

    [Fact]
    public void A_clock_that_is_set_changes_nothing_while_the_others_are_heard()
    {
        var clock = new ClusterClock(_local);
        clock.Correct(TimeSpan.Zero);
        var before = clock.GetUtcNow();

        _local.SetBy(TimeSpan.FromHours(13));

        Assert.Equal(before, clock.GetUtcNow());
    }

    [Fact]
    public void When_the_others_fall_silent_the_machines_own_clock_counts_again_with_the_last_difference()
    {
        var clock = new ClusterClock(_local);
        clock.Correct(90 * Second);
        _local.Advance(16 * Second);

        Assert.Equal(_local.GetUtcNow() + (90 * Second), clock.GetUtcNow());
    }

    [Theory]
    [InlineData(42 * 24)]
    [InlineData(-13)]
    public void A_clock_that_is_set_between_two_answers_is_outvoted_by_the_first_that_comes(int hours)
    {
        var (heard, clock) = (new HeardClocks(_local), new ClusterClock(_local));
        var others = new[] { "a", "b", "c" }.Select(host => new Address("akka.tcp", "cvp", host, 1)).ToList();
        var right = _local.GetUtcNow();
        others.ForEach(Answer);
        _local.Advance(2 * Second);
        right += 2 * Second;

        _local.SetBy(TimeSpan.FromHours(hours));
        foreach (var other in others)
        {
            Answer(other);

            Assert.Equal(right, clock.GetUtcNow());
        }

        void Answer(Address other)
        {
            heard.Hear(other, _local.GetTimestamp(), right);
            if (heard.Correction() is { } correction)
            {
                clock.Correct(correction);
            }
        }
    }

    [Fact]
    public void An_answer_that_was_long_on_its_way_does_not_shake_a_better_one_and_the_silent_are_forgotten()
    {
        var heard = new HeardClocks(_local);
        var (near, far) = (new Address("akka.tcp", "cvp", "near", 1), new Address("akka.tcp", "cvp", "far", 1));
        heard.Hear(near, _local.GetTimestamp(), _local.GetUtcNow() + Second);
        heard.Hear(far, _local.GetTimestamp(), _local.GetUtcNow() + Second);
        var asked = _local.GetTimestamp();
        _local.Advance(4 * Second);

        Assert.True(heard.Hear(far, asked, _local.GetUtcNow()));
        Assert.Equal(Second, heard.Correction());

        _local.Advance(11 * Second);
        Assert.False(heard.Hear(near, asked, _local.GetUtcNow()));
        Assert.True(heard.Hear(near, _local.GetTimestamp(), _local.GetUtcNow()));
        Assert.Null(heard.Correction());
    }

    /// <summary>A machine whose wall clock can be set; its monotonic clock goes on.</summary>
    private sealed class Machine : TimeProvider
    {
        private DateTimeOffset _wall = new(2040, 3, 5, 2, 0, 0, TimeSpan.Zero);
        private long _monotonic;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _monotonic;

        public void Advance(TimeSpan time)
        {
            _wall += time;
            _monotonic += time.Ticks;
        }

        public void SetBy(TimeSpan step) => _wall += step;
    }
}
