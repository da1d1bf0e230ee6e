using System.Text.Json.Serialization;

namespace CvpActors.Domain.Maintenance;

/// <summary>What the configuration says of one database, as far as the coordinator needs it.</summary>
/// <param name="Id">The database's id.</param>
/// <param name="Engine">The engine's name.</param>
/// <param name="Backup">When backups are due.</param>
/// <param name="Purge">When purges are due.</param>
/// <param name="LockMaxAge">Rule 7's age.</param>
public sealed record DatabaseDefinition(
    string Id,
    string Engine,
    OperationDefinition Backup,
    OperationDefinition Purge,
    TimeSpan LockMaxAge)
{
    /// <summary>Where its old file is shipped to; null for nowhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OffsiteDefinition? Offsite { get; init; }

    /// <summary>When its backups are drilled; null for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrillDefinition? Drill { get; init; }

    /// <summary>When it is retired after no agent has served it; null for the default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RetireAfter { get; init; }

    /// <summary>A purge needs a verified backup that began within this time; null: it needs none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? PurgeRequiresBackupWithin { get; init; }
}

/// <summary>When one operation is due and how it is retried, as text and numbers.</summary>
/// <param name="Schedule">A cron line; null for an operation that only runs on demand.</param>
/// <param name="TimeZone">The zone in which the line is read.</param>
/// <param name="Retry">Rule 4's interval and window.</param>
public sealed record OperationDefinition(string? Schedule, string TimeZone, RetryPolicy Retry)
{
    /// <summary>After this time without a success it is alerted, whatever the cause; null for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? ExpectedWithin { get; init; }
}
