using CvpActors.Node.Hosting;
using CvpActors.Node.Tests.Settings;

namespace CvpActors.Node.Tests.Hosting;

public sealed class ScheduleAdviceTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_nightly_schedule_needs_no_advice() => Assert.Empty(ScheduleAdvice.For(Sample.Read(""), Now));

    [Fact]
    public void A_schedule_inside_its_own_window_is_advised_against()
    {
        var advice = ScheduleAdvice.For(Sample.Read("cvp-actors.databases.reporting.backup.schedule = \"0 */2 * * *\""), Now).Single();

        Assert.StartsWith("cvp-actors.databases.reporting.backup.schedule falls due every 2 h, inside its own retry window of 4 h", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_that_seldom_falls_due_needs_no_advice_in_an_eastern_zone() =>
        Assert.Empty(ScheduleAdvice.For(Sample.Read("cvp-actors.databases.reporting.backup {\n  schedule = \"0 2 29 2 MON\"\n  time-zone = \"Asia/Tokyo\"\n}"), Now));

    [Fact]
    public void A_schedule_that_never_falls_due_is_refused_by_its_key() =>
        Assert.StartsWith("cvp-actors.databases.reporting.backup.schedule: \"0 0 30 2 *\" never falls due",
            Sample.ErrorOf("cvp-actors.databases.reporting.backup {\n  schedule = \"0 0 30 2 *\"\n  time-zone = \"Asia/Tokyo\"\n}"), StringComparison.Ordinal);
}
