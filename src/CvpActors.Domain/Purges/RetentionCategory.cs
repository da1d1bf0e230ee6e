namespace CvpActors.Domain.Purges;

/// <summary>How a timestamp column stores its time.</summary>
public enum TimestampFormat
{
    /// <summary>Whole or fractional seconds since 1970-01-01 UTC.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    UnixMilliseconds,

    /// <summary>Text such as <c>2026-03-29T01:30:00Z</c> (<see cref="WrittenTime"/>); without an offset it is UTC.</summary>
    Iso8601,

    /// <summary>The engine's own timestamp type.</summary>
    Native,
}

/// <summary>What formats are called in configurations and errors.</summary>
public static class TimestampFormats
{
    /// <summary>Each with its name.</summary>
    public static IReadOnlyList<(string Name, TimestampFormat Format)> Named { get; } =
    [
        ("unix-seconds", TimestampFormat.UnixSeconds),
        ("unix-milliseconds", TimestampFormat.UnixMilliseconds),
        ("iso8601", TimestampFormat.Iso8601),
        ("native", TimestampFormat.Native),
    ];
}

/// <summary>Rows of one table that are kept for a time and then purged.</summary>
/// <param name="Name">The category's key in the configuration.</param>
/// <param name="Table">The table.</param>
/// <param name="TimestampColumn">The column that dates a row.</param>
/// <param name="TimestampFormat">How that column stores its time.</param>
/// <param name="Retain">How long a row is kept; at least one day.</param>
/// <param name="Parent">The category whose rows these belong to, or null. Children are purged first.</param>
public sealed record RetentionCategory(
    string Name,
    string Table,
    string TimestampColumn,
    TimestampFormat TimestampFormat,
    TimeSpan Retain,
    string? Parent)
{
    /// <summary>Whether its last row may be purged without anybody having been asked (<c>emptying = allow</c>).</summary>
    public bool MayBeEmptied { get; init; }

    /// <summary>
    /// Whether the database may delete or change the rows that refer to an old one, as their foreign keys say (<c>ON DELETE CASCADE</c>,
    /// <c>SET NULL</c>, <c>SET DEFAULT</c>), however young they are. Otherwise such a row stays until nothing refers to it.
    /// </summary>
    public bool CascadeAllowed { get; init; }
}
