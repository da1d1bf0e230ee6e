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
}
