using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests;

/// <summary>Due at a first moment and then at equal distances; without time zones, which are CronSchedule's business.</summary>
internal sealed class TestSchedule(DateTimeOffset first, TimeSpan period) : ISchedule
{
    /// <summary>Every night at 02:00 UTC.</summary>
    public static TestSchedule Nightly { get; } = new(Scenario.Due.AddDays(-30), TimeSpan.FromDays(1));

    public string Text => $"every {period:c} from {first:u}";

    public DateTimeOffset? NextAfter(DateTimeOffset moment) =>
        moment < first ? first : first + TimeSpan.FromTicks((((moment - first).Ticks / period.Ticks) + 1) * period.Ticks);
}
