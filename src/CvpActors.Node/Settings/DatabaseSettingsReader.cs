using CvpActors.Actors.Coordination;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;
using CvpActors.Node.Configuration;
using CvpActors.Node.Engines;

namespace CvpActors.Node.Settings;

/// <summary>Reads one section <c>databases.NAME</c>.</summary>
internal static class DatabaseSettingsReader
{
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(36_500);
    private static readonly TimeSpan LongestOverdue = TimeSpan.FromDays(365);

    public static DatabaseSettings Read(string name, SettingsSection section, PolicySettings policy, IReadOnlyList<IEngineModule> engines)
    {
        var module = section.OneOf("engine", engines[0], [.. engines.Select(e => (e.Name, e))]);
        var engine = module.Read(section);
        var backup = section.Section("backup");
        var directory = Path.GetFullPath(backup.Text("directory"));
        var backupOperation = ReadOperation(backup, policy.Backup, "UTC");
        var acceptLess = backup.OneOf("less-verified", false, ("fail", false), ("accept", true));
        backup.RefuseUnknownKeys();

        var purge = section.Section("purge");
        var purgeOperation = ReadOperation(purge, policy.Purge, backupOperation.TimeZone);
        var plan = ReadPlan(purge);
        var backupWithin = ReadBackupWithin(purge, plan);
        purge.RefuseUnknownKeys();
        var offsite = section.Has("offsite") ? ReadOffsite(section.Section("offsite")) : null;
        var drill = section.Has("drill") ? DrillSettings.Read(section.Section("drill"), backupOperation.TimeZone, offsite) : null;
        section.RefuseUnknownKeys();

        var definition = new DatabaseDefinition(name, module.Name, backupOperation, purgeOperation, policy.LockMaxAge)
        {
            Offsite = offsite,
            Drill = drill?.Definition,
            PurgeRequiresBackupWithin = backupWithin,
            RetireAfter = policy.RetireAfter == DatabasePolicy.DefaultRetireAfter ? null : policy.RetireAfter,
        };
        return new DatabaseSettings(definition, section.Path, engine, directory, plan) { AcceptLessVerified = acceptLess, Drill = drill };
    }

    private static OperationDefinition ReadOperation(SettingsSection section, RetryPolicy retry, string zoneByDefault)
    {
        var (line, zone) = ReadSchedule(section, zoneByDefault);
        TimeSpan? expected = section.OptionalText("expected-within") is null
            ? null
            : section.Duration("expected-within", TimeSpan.Zero, TimeSpan.FromSeconds(1), LongestOverdue);
        return new OperationDefinition(line, zone, retry) { ExpectedWithin = expected };
    }

    /// <summary>The keys <c>schedule</c> and <c>time-zone</c>; no schedule for what only runs on demand.</summary>
    /// <exception cref="SettingsException">One cannot be read.</exception>
    internal static (string? Line, string Zone) ReadSchedule(SettingsSection section, string zoneByDefault)
    {
        var zone = section.OptionalText("time-zone") ?? zoneByDefault;
        var line = section.OptionalText("schedule");
        try
        {
            CronSchedule.Parse(line ?? "* * * * *", zone);
        }
        catch (FormatException e)
        {
            var zoneIsKnown = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _);
            throw new SettingsException(section.KeyPath(zoneIsKnown ? "schedule" : "time-zone"), e.Message);
        }

        return (line, zone);
    }

    /// <summary>A backup older than the shortest retention would not hold every row that goes.</summary>
    private static TimeSpan? ReadBackupWithin(SettingsSection purge, PurgePlan plan)
    {
        const string Key = "requires-verified-backup-within";
        if (purge.OptionalText(Key) is null)
        {
            return null;
        }

        var within = purge.Duration(Key, TimeSpan.Zero, TimeSpan.FromSeconds(1), LongestOverdue);
        return plan.Categories.MinBy(c => c.Retain) is { } shortest && within > shortest.Retain
            ? throw new SettingsException(purge.KeyPath(Key),
                $"{InWords.Of(within)} is longer than {InWords.Of(shortest.Retain)}, which category \"{shortest.Name}\" is retained; allowed: at most that, so that the backup holds every row that goes")
            : within;
    }

    /// <summary>Null for an empty list, with which a file that is laid over another turns shipping off.</summary>
    private static OffsiteDefinition? ReadOffsite(SettingsSection offsite)
    {
        if (!offsite.Has("remotes"))
        {
            throw new SettingsException(offsite.KeyPath("remotes"), "is missing; it has no default");
        }

        var remotes = offsite.NameList("remotes");
        var overdueAfter = offsite.Duration("overdue-after", OffsiteDefinition.DefaultOverdueAfter, TimeSpan.FromSeconds(1), LongestOverdue);
        offsite.RefuseUnknownKeys();
        return remotes.Count > 0 ? new OffsiteDefinition([.. remotes], overdueAfter) : null;
    }

    private static PurgePlan ReadPlan(SettingsSection purge)
    {
        var batch = purge.Section("batch");
        var targetTime = batch.Duration("target-time", PurgePlan.DefaultBatchTargetTime, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        var rows = batch.Number("rows", PurgePlan.DefaultBatchRows, 1, 1_000_000);
        var pause = batch.Duration("pause", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1));
        batch.RefuseUnknownKeys();

        var silence = purge.Duration("hold-after-silence", PurgePlan.DefaultHoldAfterSilence, TimeSpan.Zero, LongestRetention);
        var categories = purge.Section("categories");
        var read = categories.NamedSections().Select(c => ReadCategory(c.Name, c.Section)).ToArray();
        try
        {
            return PurgePlan.Create(read, rows, pause, targetTime, silence);
        }
        catch (PurgePlanException e)
        {
            throw new SettingsException(categories.KeyPath(e.Category), $"\"{e.Category}\" {e.Problem}");
        }
    }

    private static RetentionCategory ReadCategory(string name, SettingsSection section)
    {
        var category = new RetentionCategory(
            name,
            section.Text("table"),
            section.Text("timestamp-column"),
            section.OneOf("timestamp-format", TimestampFormat.Native, [.. TimestampFormats.Named]),
            section.Duration("retain", TimeSpan.Zero, TimeSpan.FromDays(1), LongestRetention),
            section.OptionalText("parent"))
        {
            MayBeEmptied = section.OneOf("emptying", false, ("hold", false), ("allow", true)),
            CascadeAllowed = section.OneOf("cascade", false, ("keep", false), ("allow", true)),
        };
        section.RefuseUnknownKeys();

        // A retention that was forgotten must not delete everything.
        return category.Retain > TimeSpan.Zero ? category : throw new SettingsException(section.KeyPath("retain"), "is missing; it has no default");
    }
}
