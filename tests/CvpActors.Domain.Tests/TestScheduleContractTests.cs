using CvpActors.Domain.Maintenance;
using CvpActors.Testing.Contracts;

namespace CvpActors.Domain.Tests;

public sealed class TestScheduleContractTests : ScheduleContract
{
    protected override ISchedule Schedule => TestSchedule.Nightly;
}
