using System.Globalization;
using CvpActors.Actors.Coordination;
using CvpActors.Domain.Maintenance.Rules;

namespace CvpActors.Actors.Tests.Coordination;

public class CronScheduleTests
{
    [Theory]
    [InlineData("0 2 * * *")]
    [InlineData("30 2 * * *")]
    [InlineData("0 3 * * *")]
    public void A_daily_line_is_due_once_on_each_local_day_of_a_year_with_both_clock_changes(string line)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var schedule = CronSchedule.Parse(line, "Europe/Berlin");

        var due = DueFrom(schedule, Utc("2025-12-31T23:00:00Z"), 365);

        var days = due.Select(d => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(d, zone).DateTime)).ToArray();
        Assert.Equal(Enumerable.Range(0, 365).Select(n => new DateOnly(2026, 1, 1).AddDays(n)), days);
    }

    [Fact]
    public void A_moment_that_the_clocks_skip_is_due_when_they_have_skipped_it()
    {
        // In Berlin 02:00 became 03:00 on 29 March 2026, at 01:00 UTC.
        var schedule = CronSchedule.Parse("30 2 * * *", "Europe/Berlin");

        Assert.Equal(
            [Utc("2026-03-28T01:30:00Z"), Utc("2026-03-29T01:00:00Z"), Utc("2026-03-30T00:30:00Z")],
            DueFrom(schedule, Utc("2026-03-27T12:00:00Z"), 3));
    }

    [Fact]
    public void A_moment_that_the_clocks_show_twice_is_due_the_first_time_only()
    {
        // In Berlin 03:00 became 02:00 on 25 October 2026, at 01:00 UTC: 02:30 was at 00:30 UTC and again at 01:30 UTC.
        var schedule = CronSchedule.Parse("30 2 * * *", "Europe/Berlin");

        Assert.Equal(
            [Utc("2026-10-24T00:30:00Z"), Utc("2026-10-25T00:30:00Z"), Utc("2026-10-26T01:30:00Z")],
            DueFrom(schedule, Utc("2026-10-23T12:00:00Z"), 3));
    }

    [Fact]
    public void The_second_showing_of_a_repeated_moment_is_not_due_again()
    {
        var schedule = CronSchedule.Parse("30 2 * * *", "Europe/Berlin");

        Assert.Equal(Utc("2026-10-26T01:30:00Z"), schedule.NextAfter(Utc("2026-10-25T00:30:00Z")));
        Assert.Equal(Utc("2026-10-26T01:30:00Z"), schedule.NextAfter(Utc("2026-10-25T01:29:59Z")));
    }

    [Theory]
    [InlineData("2026-03-28T23:00:00Z", 23)]
    [InlineData("2026-10-24T22:00:00Z", 25)]
    public void An_hourly_line_is_due_once_an_hour_of_real_time_on_a_day_of_23_or_25_hours(string midnight, int hours)
    {
        var schedule = CronSchedule.Parse("0 * * * *", "Europe/Berlin");
        var start = Utc(midnight);

        var moments = DueMoments.Between(schedule, start.AddTicks(-1), start.AddHours(hours).AddTicks(-1));

        Assert.Equal(new DueMoments(start, start.AddHours(hours - 1), hours), moments);
    }

    [Fact]
    public void A_change_in_the_southern_hemisphere_counts_as_well()
    {
        // In Sydney 02:00 became 03:00 on 4 October 2026, at 16:00 UTC the day before.
        var schedule = CronSchedule.Parse("15 2 * * *", "Australia/Sydney");

        Assert.Equal(Utc("2026-10-03T16:00:00Z"), schedule.NextAfter(Utc("2026-10-03T12:00:00Z")));
        Assert.Equal(Utc("2026-10-04T15:15:00Z"), schedule.NextAfter(Utc("2026-10-03T16:00:00Z")));
    }

    [Fact]
    public void The_zone_moves_the_due_moment_and_answers_are_in_UTC()
    {
        var next = CronSchedule.Parse("0 2 * * *", "America/New_York").NextAfter(Utc("2026-01-15T00:00:00Z"));

        Assert.Equal(Utc("2026-01-15T07:00:00Z"), next);
        Assert.Equal(TimeSpan.Zero, next!.Value.Offset);
    }

    [Fact]
    public void The_next_due_moment_is_later_than_the_one_asked_about()
    {
        var schedule = CronSchedule.Parse("0 2 * * *", "UTC");

        Assert.Equal(Utc("2026-01-16T02:00:00Z"), schedule.NextAfter(Utc("2026-01-15T02:00:00Z")));
        Assert.Equal(Utc("2026-01-15T02:00:00Z"), schedule.NextAfter(Utc("2026-01-15T02:00:00Z").AddTicks(-1)));
    }

    [Fact]
    public void A_line_of_six_fields_begins_with_seconds()
    {
        var schedule = CronSchedule.Parse("*/20 * * * * *", "UTC");

        Assert.Equal(Utc("2026-01-15T02:00:20Z"), schedule.NextAfter(Utc("2026-01-15T02:00:00Z")));
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    [InlineData("0 0 0 31 6 *")]
    public void A_line_whose_day_never_comes_is_refused_in_every_zone(string line)
    {
        foreach (var zone in new[] { "UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati" })
        {
            var refused = Assert.Throws<FormatException>(() => CronSchedule.Parse(line, zone)).Message;
            Assert.Contains($"\"{line}\" never falls due", refused, StringComparison.Ordinal);
            Assert.Contains("allowed: ", refused, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_leap_day_on_a_monday_is_seldom_and_is_due() =>
        Assert.Equal(Utc("2044-02-28T17:00:00Z"), CronSchedule.Parse("0 2 29 2 MON", "Asia/Tokyo").NextAfter(Utc("2026-03-01T00:00:00Z")));

    [Fact]
    public void Nothing_is_due_after_the_end_of_time_in_any_zone()
    {
        foreach (var zone in new[] { "UTC", "Asia/Tokyo", "America/New_York" })
        {
            Assert.Null(CronSchedule.Parse("0 2 * * *", zone).NextAfter(DateTimeOffset.MaxValue));
        }
    }

    [Fact]
    public void The_text_tells_apart_lines_and_zones_but_not_spacing()
    {
        var text = CronSchedule.Parse("0 2 * * *", "UTC").Text;

        Assert.Equal(text, CronSchedule.Parse("  0  2 *  * * ", "UTC").Text);
        Assert.NotEqual(text, CronSchedule.Parse("0 3 * * *", "UTC").Text);
        Assert.NotEqual(text, CronSchedule.Parse("0 2 * * *", "Europe/Berlin").Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 2 * *")]
    [InlineData("0 25 * * *")]
    [InlineData("every night")]
    [InlineData("0 0 2 * * * *")]
    public void A_line_that_cannot_be_read_is_refused_with_the_line_and_what_is_allowed(string line)
    {
        var error = Assert.Throws<FormatException>(() => CronSchedule.Parse(line, "UTC"));

        Assert.Contains($"\"{line}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("5 fields", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_zone_is_refused_with_its_name_and_what_is_allowed()
    {
        var error = Assert.Throws<FormatException>(() => CronSchedule.Parse("0 2 * * *", "Europe/Berlinn"));

        Assert.Contains("\"Europe/Berlinn\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", error.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset[] DueFrom(CronSchedule schedule, DateTimeOffset after, int count)
    {
        var due = new List<DateTimeOffset>();
        for (var next = schedule.NextAfter(after); next is { } moment && due.Count < count; next = schedule.NextAfter(moment))
        {
            due.Add(moment);
        }

        return [.. due];
    }
}
