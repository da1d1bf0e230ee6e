using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>Makes rules of a definition that came as text.</summary>
public static class PolicyReader
{
    /// <summary>The policy that <paramref name="definition"/> describes.</summary>
    /// <exception cref="FormatException">A cron line or a time zone cannot be read on this machine.</exception>
    public static DatabasePolicy Read(DatabaseDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new DatabasePolicy(definition.Id, Read(definition.Backup), Read(definition.Purge), definition.LockMaxAge);
    }

    private static OperationPolicy Read(OperationDefinition operation) =>
        new(operation.Schedule is { } line ? CronSchedule.Parse(line, operation.TimeZone) : null, operation.Retry);
}
