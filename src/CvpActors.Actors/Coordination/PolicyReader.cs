using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>Makes rules of a definition that came as text.</summary>
public static class PolicyReader
{
    /// <summary>
    /// The policy that <paramref name="definition"/> describes. What cannot be read on this machine, such as a time zone that it does not
    /// know, never falls due here and is told: a coordinator must not fail for it, since others may need it.
    /// </summary>
    public static DatabasePolicy Read(DatabaseDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new DatabasePolicy(definition.Id, Read(definition.Backup), Read(definition.Purge), definition.LockMaxAge)
        {
            RetireAfter = definition.RetireAfter ?? DatabasePolicy.DefaultRetireAfter,
            Remotes = definition.Offsite?.Remotes ?? [],
        };
    }

    private static OperationPolicy Read(OperationDefinition operation)
    {
        if (operation.Schedule is not { } line)
        {
            return new OperationPolicy(Schedule: null, operation.Retry);
        }

        try
        {
            return new OperationPolicy(CronSchedule.Parse(line, operation.TimeZone), operation.Retry);
        }
        catch (FormatException e)
        {
            return new OperationPolicy(new UnreadableSchedule(CronSchedule.TextOf(line, operation.TimeZone)), operation.Retry) { ScheduleProblem = e.Message };
        }
    }

    /// <summary>Its text is that of the schedule itself: on a machine that can read it nothing has changed.</summary>
    private sealed record UnreadableSchedule(string Text) : ISchedule
    {
        public DateTimeOffset? NextAfter(DateTimeOffset moment) => null;
    }
}
