using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Informix;

/// <summary>Days in SQL, as <c>MDY(11, 1, 2025)</c>: it means the same whatever DBDATE says, and compares with a DATE and with a DATETIME column.</summary>
internal static class SqlDate
{
    /// <summary>No row is believed to be older.</summary>
    public static DateOnly Earliest { get; } = DateOnly.FromDateTime(DatableSpan.Earliest.UtcDateTime);

    public static string Of(DateOnly day) => FormattableString.Invariant($"MDY({day.Month}, {day.Day}, {day.Year})");

    /// <summary>A date as a whole number, 20251101, which no DBDATE writes differently; NULL stays NULL.</summary>
    public static string Number(string expression) => $"YEAR({expression}) * 10000 + MONTH({expression}) * 100 + DAY({expression})";

    public static DateOnly Read(long number) => new((int)(number / 10_000), (int)(number / 100 % 100), (int)(number % 100));

    public static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>
    /// The first day that stays: a row goes when the whole of its day lies before the moment. A date alone does not say when on that day; and the fragments
    /// of a day go as a whole.
    /// </summary>
    public static DateOnly FirstKept(DateTimeOffset olderThan) => DateOnly.FromDateTime(olderThan.UtcDateTime);

    /// <summary>The first day that is not believed of a row any more.</summary>
    public static DateOnly FirstUnbelieved(DateTimeOffset now) => DateOnly.FromDateTime(DatableSpan.LatestAt(now).UtcDateTime).AddDays(1);
}
