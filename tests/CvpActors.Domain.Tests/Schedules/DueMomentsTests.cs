using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Rules;

namespace CvpActors.Domain.Tests.Schedules;

public class DueMomentsTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void A_stretch_includes_its_end_but_not_its_beginning() =>
        Assert.Equal(
            new DueMoments(T.AddDays(1), T.AddDays(2), 2),
            DueMoments.Between(TestSchedule.Nightly, T, T.AddDays(2)));

    [Fact]
    public void A_stretch_without_a_due_moment_has_none() =>
        Assert.Null(DueMoments.Between(TestSchedule.Nightly, T, T.AddDays(1).AddTicks(-1)));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Of_a_schedule_of_seconds_over_more_than_a_year_a_bounded_number_is_counted_and_the_last_is_the_true_one(int seconds)
    {
        var schedule = new CountedSchedule(new TestSchedule(T, TimeSpan.FromSeconds(seconds)));
        var until = T.AddDays(400).AddMilliseconds(300);

        var due = DueMoments.Between(schedule, T, until);

        var all = (long)(until - T).TotalSeconds / seconds;
        Assert.Equal(new DueMoments(T.AddSeconds(seconds), T.AddSeconds(all * seconds), DueMoments.MostCounted), due);
        Assert.InRange(schedule.Asked, DueMoments.MostCounted, DueMoments.MostCounted + 200);
        Assert.Equal("at least 10000", DueMoments.InWords(due!.Value.Count));
        Assert.Equal("9999", DueMoments.InWords(9999));
    }

    [Fact]
    public void The_last_is_found_also_where_the_schedule_was_silent_for_long_before_the_end()
    {
        // Every second of the first day, and none after it.
        var schedule = new CountedSchedule(new TestSchedule(T, TimeSpan.FromSeconds(1)), T.AddDays(1));

        var due = DueMoments.Between(schedule, T, T.AddDays(400));

        Assert.Equal(T.AddDays(1), due!.Value.Last);
        Assert.InRange(schedule.Asked, DueMoments.MostCounted, DueMoments.MostCounted + 200);
    }

    private sealed class CountedSchedule(TestSchedule schedule, DateTimeOffset? end = null) : ISchedule
    {
        public int Asked { get; private set; }

        public string Text => schedule.Text;

        public DateTimeOffset? NextAfter(DateTimeOffset moment)
        {
            Asked++;
            return schedule.NextAfter(moment) is { } next && !(next > end) ? next : null;
        }
    }
}
