using CvpActors.Domain.Maintenance;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="ISchedule"/> promises, for every implementation of it.</summary>
public abstract class ScheduleContract
{
    private const int MomentsLookedAt = 500;

    protected abstract ISchedule Schedule { get; }

    [Fact]
    public void The_next_moment_is_always_later_in_UTC_and_the_same_when_asked_again()
    {
        var moment = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.FromHours(5));
        for (var i = 0; i < MomentsLookedAt && Schedule.NextAfter(moment) is { } next; i++)
        {
            Assert.True(next > moment);
            Assert.Equal(TimeSpan.Zero, next.Offset);
            Assert.Equal(next, Schedule.NextAfter(moment));
            moment = next;
        }
    }

    [Fact]
    public void No_due_moment_is_passed_over()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        if (Schedule.NextAfter(start) is { } next)
        {
            Assert.Equal(next, Schedule.NextAfter(next.AddTicks(-1)));
            Assert.Equal(next, Schedule.NextAfter(start + ((next - start) / 2)));
        }
    }

    [Fact]
    public void Its_text_tells_it_from_others_and_stays() => Assert.Equal(Schedule.Text, Schedule.Text);
}
