namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>The due moments of a stretch of time. At most <see cref="MostCounted"/> are counted; first and last are always the true ones.</summary>
/// <param name="First">The earliest.</param>
/// <param name="Last">The latest.</param>
/// <param name="Count">How many there are; from <see cref="MostCounted"/> on, how many there are at least.</param>
public readonly record struct DueMoments(DateTimeOffset First, DateTimeOffset Last, int Count)
{
    /// <summary>A schedule may be due every second, and a clock may leap over years: a coordinator must not count for as long as that takes.</summary>
    public const int MostCounted = 10_000;

    /// <summary>A number of due moments, for people.</summary>
    public static string InWords(int count) => count >= MostCounted ? $"at least {count}" : $"{count}";

    /// <summary>The due moments in (<paramref name="after"/>, <paramref name="until"/>], or null when there is none.</summary>
    public static DueMoments? Between(ISchedule schedule, DateTimeOffset after, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        DueMoments? found = null;
        for (var due = schedule.NextAfter(after); due <= until; due = schedule.NextAfter(due.Value))
        {
            found = found is { } seen ? seen with { Last = due.Value, Count = seen.Count + 1 } : new DueMoments(due.Value, due.Value, 1);
            if (found is { Count: MostCounted } most)
            {
                return most with { Last = LastUntil(schedule, due.Value, until) };
            }
        }

        return found;
    }

    /// <summary>The latest due moment in [<paramref name="known"/>, <paramref name="until"/>], found by halving: the first is one itself.</summary>
    private static DateTimeOffset LastUntil(ISchedule schedule, DateTimeOffset known, DateTimeOffset until)
    {
        var (last, end) = (known, until);
        while (last < end)
        {
            var middle = last + ((end - last) / 2);
            if (schedule.NextAfter(middle) is { } due && due <= until)
            {
                last = due;
            }
            else if (schedule.NextAfter(last) is { } next && next <= middle)
            {
                (last, end) = (next, middle);
            }
            else
            {
                break;
            }
        }

        return last;
    }
}
