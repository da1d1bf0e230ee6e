namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>The due moments of a stretch of time, read in one pass.</summary>
/// <param name="First">The earliest.</param>
/// <param name="Last">The latest.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct DueMoments(DateTimeOffset First, DateTimeOffset Last, int Count)
{
    /// <summary>The due moments in (<paramref name="after"/>, <paramref name="until"/>], or null when there is none.</summary>
    public static DueMoments? Between(ISchedule schedule, DateTimeOffset after, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        DueMoments? found = null;
        for (var due = schedule.NextAfter(after); due <= until; due = schedule.NextAfter(due.Value))
        {
            found = found is { } seen ? seen with { Last = due.Value, Count = seen.Count + 1 } : new DueMoments(due.Value, due.Value, 1);
        }

        return found;
    }
}
