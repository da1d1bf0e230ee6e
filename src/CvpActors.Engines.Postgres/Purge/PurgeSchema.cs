using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Engines.Postgres.Server;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// The plan's tables in the order in which they are purged: who refers before who is referred to, as the foreign keys say, and otherwise as the
/// plan says. Tables that refer to each other, and one that refers to itself, are one group.
/// </summary>
internal sealed class PurgeSchema
{
    private PurgeSchema(IReadOnlyList<PurgeTarget> targets, IReadOnlyList<ForeignKey> keys)
    {
        Targets = targets;
        Groups = Order(targets, keys);
    }

    /// <summary>In the order of the plan.</summary>
    public IReadOnlyList<PurgeTarget> Targets { get; }

    /// <summary>In the order of the purge.</summary>
    public IReadOnlyList<IReadOnlyList<PurgeTarget>> Groups { get; }

    /// <summary>Looks all tables up before anything is deleted: a misspelt one must not stop a purge halfway.</summary>
    /// <exception cref="PurgePlanException">A table or column is not there, or two categories name one table.</exception>
    public static async Task<PurgeSchema> ReadAsync(PostgresSession session, PurgePlan plan, DateTimeOffset now, CancellationToken cancellation)
    {
        var tables = new List<PurgeTable>();
        foreach (var category in plan.Categories)
        {
            var table = await PurgeTable.FindAsync(session, category, cancellation);
            if (tables.FindIndex(other => other.Oid == table.Oid) is var at and >= 0)
            {
                throw new PurgePlanException(category.Name, $"and \"{plan.Categories[at].Name}\" both name the table {table.Name}; allowed: one category a table");
            }

            tables.Add(table);
        }

        var keys = await ForeignKey.ReadAllAsync(session, cancellation);
        var triggered = await session.ListAsync(
            // 8: on DELETE. What enforces foreign keys is internal.
            "SELECT DISTINCT coalesce(pg_partition_root(tgrelid)::oid, tgrelid) FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 8 <> 0 AND tgenabled <> 'D'",
            row => row.GetFieldValue<uint>(0), cancellation);
        var targets = plan.Categories.Select((category, i) => new PurgeTarget(i, category, tables[i], new RowDate(category, tables[i].Column, tables[i].Type, now))
        {
            HeldBy = [.. keys.Where(key => key.Parent == tables[i].Oid && !(category.CascadeAllowed && key.Acts))],
            IsReferredTo = keys.Any(key => key.Parent == tables[i].Oid),
            HasTriggers = triggered.Contains(tables[i].Oid),
        });
        return new PurgeSchema([.. targets], keys);
    }

    /// <summary>As <see cref="ReadAsync"/>, for a run: what is wrong is the run's error.</summary>
    /// <exception cref="ReportingDatabaseException">A table or column is not there.</exception>
    public static async Task<PurgeSchema> ReadForRunAsync(PostgresSession session, PurgePlan plan, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(session, plan, now, cancellation);
        }
        catch (PurgePlanException e)
        {
            throw new ReportingDatabaseException(e.Message, e);
        }
    }

    /// <summary>The category of a table, or null.</summary>
    public PurgeTarget? TargetOf(uint table) => Targets.FirstOrDefault(target => target.Table.Oid == table);

    /// <summary>The keys by which rows of one target refer to rows of others, where they keep these from going.</summary>
    public IEnumerable<(ForeignKey Key, PurgeTarget Parent)> ReferencesOf(PurgeTarget child) =>
        from target in Targets
        from key in target.HeldBy
        where key.Child == child.Table.Oid
        select (key, target);

    /// <summary>Whether rows of a group can refer to rows of the same group.</summary>
    public bool RefersToItself(IReadOnlyList<PurgeTarget> group) => group.Any(child => ReferencesOf(child).Any(reference => group.Contains(reference.Parent)));

    private static IReadOnlyList<IReadOnlyList<PurgeTarget>> Order(IReadOnlyList<PurgeTarget> targets, IReadOnlyList<ForeignKey> keys)
    {
        var numbers = targets.ToDictionary(target => target.Table.Oid, target => target.Number);
        var references = from key in keys
                         where numbers.ContainsKey(key.Child) && numbers.ContainsKey(key.Parent)
                         select (numbers[key.Child], numbers[key.Parent]);
        return [.. PurgeOrder.Of(targets.Count, references).Select(group => group.Select(i => targets[i]).ToList())];
    }
}
