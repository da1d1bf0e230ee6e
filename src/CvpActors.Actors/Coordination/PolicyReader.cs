using CvpActors.Domain.Drills.Deciding;
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
            PurgeRequiresBackupWithin = definition.PurgeRequiresBackupWithin,
            Remotes = definition.Offsite?.Remotes ?? [],
            HasDrills = definition.Drill is not null,
            DrillScheduleProblem = definition.Drill is { Schedule: { } line } drill ? Read(line, drill.TimeZone).Problem : null,
        };
    }

    /// <summary>The rules of the drills that <paramref name="definition"/> describes; none where it is not in force.</summary>
    public static DrillPolicy ReadDrill(DatabaseDefinition definition, bool isInForce = true)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return isInForce && definition.Drill is { } drill
            ? new DrillPolicy(definition.Id, drill.From, drill.Schedule is { } line ? Read(line, drill.TimeZone).Schedule : null, drill.ExpectedWithin)
            : new DrillPolicy(definition.Id, From: null, Schedule: null, ExpectedWithin: null);
    }

    private static OperationPolicy Read(OperationDefinition operation)
    {
        var read = ReadSchedule(operation);
        return operation.ExpectedWithin is { } within ? read with { ExpectedWithin = within } : read;
    }

    private static OperationPolicy ReadSchedule(OperationDefinition operation)
    {
        if (operation.Schedule is not { } line)
        {
            return new OperationPolicy(Schedule: null, operation.Retry);
        }

        var (schedule, problem) = Read(line, operation.TimeZone);
        return new OperationPolicy(schedule, operation.Retry) { ScheduleProblem = problem };
    }

    private static (ISchedule Schedule, string? Problem) Read(string line, string timeZone)
    {
        try
        {
            return (CronSchedule.Parse(line, timeZone), null);
        }
        catch (FormatException e)
        {
            return (new UnreadableSchedule(CronSchedule.TextOf(line, timeZone)), e.Message);
        }
    }

    /// <summary>Its text is that of the schedule itself: on a machine that can read it nothing has changed.</summary>
    private sealed record UnreadableSchedule(string Text) : ISchedule
    {
        public DateTimeOffset? NextAfter(DateTimeOffset moment) => null;
    }
}
