using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// The plan's tables in the order in which they are purged: who refers before who is referred to, as the foreign keys say, and otherwise as the
/// plan says. Tables that refer to each other, and one that refers to itself, are one group.
/// </summary>
internal sealed class PurgeSchema
{
    private readonly IReadOnlyList<ForeignKey> _keys;

    private PurgeSchema(IReadOnlyList<PurgeTarget> targets, IReadOnlyList<ForeignKey> keys)
    {
        _keys = keys;
        Targets = targets;
        Groups = Order(targets, keys);
    }

    /// <summary>In the order of the plan.</summary>
    public IReadOnlyList<PurgeTarget> Targets { get; }

    /// <summary>In the order of the purge.</summary>
    public IReadOnlyList<IReadOnlyList<PurgeTarget>> Groups { get; }

    /// <summary>Looks all tables up before anything is deleted: a misspelt one must not stop a purge halfway.</summary>
    /// <exception cref="SqliteDatabaseException">A table or column is not there, or two categories name one table.</exception>
    public static PurgeSchema Read(SqliteSession session, PurgePlan plan, DateTimeOffset now)
    {
        var tables = new Dictionary<string, PurgeTable?>(StringComparer.OrdinalIgnoreCase);
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var category in plan.Categories)
        {
            if (!owners.TryAdd(category.Table, category.Name))
            {
                throw new SqliteDatabaseException(
                    $"categories \"{owners[category.Table]}\" and \"{category.Name}\" of {session.Path} both name the table \"{category.Table}\"; allowed: one category a table");
            }

            tables[category.Table] = PurgeTable.Find(session, category);
        }

        var keys = ForeignKey.ReadAll(session, name => tables.TryGetValue(name, out var known) ? known : tables[name] = PurgeTable.Read(session, name));
        var targets = plan.Categories.Select((category, i) => new PurgeTarget(
            i, category, tables[category.Table]!, new RowState(session, category, i, now), HasTriggers(session, category.Table))
        {
            HeldBy = [.. keys.Where(key => ReferenceEquals(key.Parent, tables[category.Table]) && !(category.CascadeAllowed && key.Acts))],
        });
        return new PurgeSchema([.. targets], keys);
    }

    /// <summary>The category of a table, or null.</summary>
    public PurgeTarget? TargetOf(PurgeTable table) => Targets.FirstOrDefault(target => ReferenceEquals(target.Table, table));

    /// <summary>The keys by which rows of a table refer to rows of a group.</summary>
    public IEnumerable<ForeignKey> ReferencesInto(IReadOnlyList<PurgeTarget> group, PurgeTable child) =>
        _keys.Where(key => ReferenceEquals(key.Child, child) && group.Any(target => target.HeldBy.Contains(key)));

    /// <summary>Whether rows of a group can refer to rows of the same group.</summary>
    public bool RefersToItself(IReadOnlyList<PurgeTarget> group) => group.Any(target => ReferencesInto(group, target.Table).Any());

    // More than those that start on DELETE may be counted; each row is tried for itself then, which is slower and as right.
    private static bool HasTriggers(SqliteSession session, string table)
    {
        using var triggers = session.Prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE AND sql LIKE '%delete%'");
        triggers.Bind(1, table);
        return triggers.Step();
    }

    private static IReadOnlyList<IReadOnlyList<PurgeTarget>> Order(IReadOnlyList<PurgeTarget> targets, IReadOnlyList<ForeignKey> keys)
    {
        var references = keys.Select(key => (Child: Index(targets, key.Child), Parent: Index(targets, key.Parent))).Where(key => key is { Child: >= 0, Parent: >= 0 });
        return [.. PurgeOrder.Of(targets.Count, references).Select(group => group.Select(i => targets[i]).ToList())];
    }

    private static int Index(IReadOnlyList<PurgeTarget> targets, PurgeTable table)
    {
        for (var i = 0; i < targets.Count; i++)
        {
            if (ReferenceEquals(targets[i].Table, table))
            {
                return i;
            }
        }

        return -1;
    }
}
