using System.Text.Json;
using CvpActors.Domain.Clocks;

namespace CvpActors.Domain.Tests.Clocks;

/// <summary>What can be said of a clock from what it showed and how long its machine was up.</summary>
public sealed class ClockHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly ClockReading First = new(Start, "boot-1", TimeSpan.FromDays(5));

    [Fact]
    public void A_clock_that_goes_on_as_the_machine_does_is_steady_however_long_nobody_looked()
    {
        var history = ClockHistory.Begin(First).Read(After(TimeSpan.FromDays(300)), confirmed: false);
        Assert.Equal(new ClockEvidence(Start, Leap: null), history.Evidence);
    }

    [Fact]
    public void A_clock_that_is_400_days_ahead_when_the_process_starts_again_has_leapt_and_says_from_where()
    {
        var history = ClockHistory.Begin(First).Read(After(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(400)), confirmed: false);
        Assert.Equal(new ClockLeap(Start.AddMinutes(1), Start.AddMinutes(1).AddDays(400)), history.Evidence.Leap);
    }

    [Fact]
    public void The_same_leap_stays_the_same_while_the_clock_goes_on_from_it()
    {
        var leapt = ClockHistory.Begin(First).Read(After(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(400)), confirmed: false);
        var later = leapt.Read(After(TimeSpan.FromDays(3), ahead: TimeSpan.FromDays(400)), confirmed: false);
        Assert.Equal(leapt.Evidence, later.Evidence);
    }

    [Fact]
    public void A_clock_that_leaps_on_has_leapt_anew()
    {
        var leapt = ClockHistory.Begin(First).Read(After(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(20)), confirmed: false);
        var again = leapt.Read(After(TimeSpan.FromMinutes(2), ahead: TimeSpan.FromDays(40)), confirmed: false);
        Assert.Equal(Start.AddMinutes(2).AddDays(40), again.Evidence.Leap?.To);
    }

    [Fact]
    public void A_clock_that_is_set_right_again_has_not_leapt()
    {
        var history = ClockHistory.Begin(First)
            .Read(After(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(400)), confirmed: false)
            .Read(After(TimeSpan.FromMinutes(9)), confirmed: false);
        Assert.Equal(new ClockEvidence(Start, Leap: null), history.Evidence);
    }

    [Fact]
    public void A_machine_that_was_off_for_a_night_has_a_steady_clock_and_one_that_was_off_for_a_week_does_not()
    {
        var night = ClockHistory.Begin(First).Read(Rebooted(Start.AddHours(10)), confirmed: false);
        Assert.Null(night.Evidence.Leap);
        var week = ClockHistory.Begin(First).Read(Rebooted(Start.AddDays(7)), confirmed: false);
        Assert.NotNull(week.Evidence.Leap);
    }

    [Fact]
    public void What_most_clocks_of_the_cluster_show_is_right_after_any_absence()
    {
        var history = ClockHistory.Begin(First).Read(Rebooted(Start.AddDays(7)), confirmed: true);
        Assert.Equal(new ClockEvidence(Start, Leap: null), history.Evidence);
    }

    [Fact]
    public void A_machine_whose_clock_has_no_battery_may_be_set_right_after_its_start()
    {
        var history = ClockHistory.Begin(First)
            .Read(Rebooted(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)), confirmed: false)
            .Read(Rebooted(Start.AddHours(3)), confirmed: false);
        Assert.Equal(new ClockEvidence(Start, Leap: null), history.Evidence);
    }

    [Fact]
    public void A_clock_that_was_set_back_is_believed_after_a_day_and_where_it_was_before_is_a_leap_then()
    {
        var back = TimeSpan.FromDays(-400);
        var history = ClockHistory.Begin(First).Read(After(TimeSpan.FromMinutes(1), back), confirmed: false);
        Assert.Null(history.Read(After(TimeSpan.FromHours(23)), confirmed: false).Evidence.Leap);

        var believed = history.Read(After(TimeSpan.FromHours(25), back), confirmed: false);
        Assert.Equal(Start.AddHours(25) + back, believed.Evidence.SteadySince);
        Assert.NotNull(believed.Read(After(TimeSpan.FromHours(26)), confirmed: false).Evidence.Leap);
    }

    [Fact]
    public void An_administrators_word_ends_a_leap()
    {
        var wrong = After(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(30));
        var history = ClockHistory.Begin(First).Read(wrong, confirmed: false).Accept(wrong.Utc);
        Assert.Equal(new ClockEvidence(Start, Leap: null), history.Evidence);
        Assert.Null(history.Read(After(TimeSpan.FromHours(1), ahead: TimeSpan.FromDays(30)), confirmed: false).Evidence.Leap);
    }

    [Fact]
    public void An_administrators_word_is_for_the_leap_that_it_names_and_one_that_came_since_stands()
    {
        var first = After(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(30));
        var second = After(TimeSpan.FromMinutes(2), ahead: TimeSpan.FromDays(30) + TimeSpan.FromHours(20));
        var history = ClockHistory.Begin(First).Read(first, confirmed: false).Read(second, confirmed: false).Accept(first.Utc);
        Assert.Equal(new ClockLeap(first.Utc.AddMinutes(1), second.Utc), history.Evidence.Leap);

        // Nor is it taken twice.
        Assert.Equal(history, history.Accept(first.Utc));
        Assert.Null(history.Accept(second.Utc).Evidence.Leap);
    }

    [Fact]
    public void A_word_for_another_nodes_leap_is_enough_where_this_one_has_leapt_likewise_at_about_the_same_time()
    {
        var leapt = ClockHistory.Begin(First).Read(Rebooted(Start.AddDays(7)), confirmed: false);
        Assert.Null(leapt.Accept(Start.AddDays(7).AddHours(-3)).Evidence.Leap);
        Assert.NotNull(leapt.Accept(Start.AddDays(5)).Evidence.Leap);
        Assert.NotNull(leapt.Accept(Start.AddDays(9)).Evidence.Leap);

        var history = ClockHistory.Begin(First);
        Assert.Equal(history, history.Accept(Start));
    }

    [Fact]
    public void While_the_machine_runs_leaps_of_hours_are_leaps_and_those_of_minutes_add_up()
    {
        Assert.NotNull(ClockHistory.Begin(First).Read(After(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromHours(20)), confirmed: false).Evidence.Leap);

        var history = ClockHistory.Begin(First);
        for (var n = 1; n <= 4; n++)
        {
            Assert.Null(history.Evidence.Leap);
            history = history.Read(After(TimeSpan.FromDays(n), ahead: TimeSpan.FromMinutes(n * 8)), confirmed: false);
        }

        Assert.Equal(new ClockLeap(Start.AddDays(4), Start.AddDays(4).AddMinutes(32)), history.Evidence.Leap);
    }

    [Fact]
    public void Seconds_that_a_time_service_takes_and_gives_in_turns_do_not_add_up()
    {
        var history = ClockHistory.Begin(First);
        for (var n = 1; n <= 200; n++)
        {
            history = history.Read(After(TimeSpan.FromMinutes(n), ahead: TimeSpan.FromSeconds(n % 2 * -50)), confirmed: false);
        }

        Assert.Equal(new ClockEvidence(Start, Leap: null), history.Evidence);
        Assert.Null(history.Behind);
    }

    [Fact]
    public void A_clock_that_starts_by_local_time_is_set_right_within_the_first_hour_and_not_later()
    {
        var booted = ClockHistory.Begin(First).Read(Rebooted(Start.AddHours(1)), confirmed: false);
        Assert.Null(booted.Read(Rebooted(Start.AddHours(7), TimeSpan.FromMinutes(5)), confirmed: false).Evidence.Leap);

        var settled = booted.Read(Rebooted(Start.AddHours(2), TimeSpan.FromHours(1)), confirmed: false);
        Assert.NotNull(settled.Read(Rebooted(Start.AddHours(8), TimeSpan.FromHours(1) + TimeSpan.FromMinutes(5)), confirmed: false).Evidence.Leap);
    }

    [Fact]
    public void A_machine_that_is_on_for_minutes_a_day_has_a_steady_clock()
    {
        var history = ClockHistory.Begin(First);
        for (var day = 1; day <= 5; day++)
        {
            history = history.Read(new ClockReading(Start.AddHours(day * 20), $"boot-{day}", TimeSpan.FromMinutes(3)), confirmed: false);
        }

        Assert.Equal(new ClockEvidence(Start, Leap: null), history.Evidence);
    }

    [Fact]
    public void An_uptime_that_became_less_is_that_of_a_container_which_was_started_anew()
    {
        var history = ClockHistory.Begin(First).Read(new ClockReading(Start.AddHours(2), First.Boot, TimeSpan.FromSeconds(4)), confirmed: false);
        Assert.Equal(new ClockEvidence(Start, Leap: null), history.Evidence);
    }

    [Fact]
    public void A_key_names_a_leap_and_that_of_anything_else_does_not()
    {
        var leap = new ClockLeap(Start, Start.AddDays(400));
        Assert.True(ClockLeap.TryReadKey(leap.Key, out var to));
        Assert.Equal((leap.To, TimeSpan.Zero), (to, to.Offset));
        Assert.False(ClockLeap.TryReadKey("emptied clock 2026-03-02T01:00:00Z", out _));
        Assert.False(ClockLeap.TryReadKey("clock yesterday", out _));
    }

    [Fact]
    public void It_is_written_and_read_back_as_it_was()
    {
        var history = ClockHistory.Begin(First)
            .Read(After(TimeSpan.FromMinutes(1), ahead: TimeSpan.FromDays(30)), confirmed: false)
            .Accept(Start.AddMinutes(1).AddDays(30))
            .Read(After(TimeSpan.FromMinutes(2), ahead: TimeSpan.FromDays(40)), confirmed: false)
            .Read(After(TimeSpan.FromMinutes(3), ahead: TimeSpan.FromDays(50)), confirmed: false);
        Assert.Equal(history, JsonSerializer.Deserialize<ClockHistory>(JsonSerializer.Serialize(history)));
    }

    private static ClockReading After(TimeSpan passed, TimeSpan ahead = default) => new(Start + passed + ahead, First.Boot, First.Uptime + passed);

    private static ClockReading Rebooted(DateTimeOffset shows, TimeSpan? uptime = null) => new(shows, "boot-2", uptime ?? TimeSpan.FromMinutes(2));
}
