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
}
