using System.Text.Json.Serialization;

namespace CvpActors.Domain.Maintenance;

/// <summary>When a database's drills are due, as text and numbers.</summary>
/// <param name="Schedule">A cron line; null for drills on demand only.</param>
/// <param name="TimeZone">The zone in which the line is read.</param>
/// <param name="From">What is restored: <c>old</c>, or <c>remote:NAME</c> for the newest generation there.</param>
public sealed record DrillDefinition(string? Schedule, string TimeZone, string From)
{
    /// <summary>How long a database may be without a drill that succeeded before it is alerted; null: what the schedule gives.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? ExpectedWithin { get; init; }
}
