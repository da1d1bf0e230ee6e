using CvpActors.Engines.Postgres.Server;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Finds the old rows that may not go, and why: those that a row refers to which stays, and those that such a row refers to in turn. What is left may
/// go, rows that refer to each other among them. Notes what it finds in temporary tables, within a transaction; of the database's own it only reads.
/// </summary>
/// <param name="session">In a transaction.</param>
/// <param name="schema">All tables.</param>
/// <param name="targets">Those to look at; rows of others count as they are.</param>
internal sealed class KeptClosure(PostgresSession session, PurgeSchema schema, IReadOnlyList<PurgeTarget> targets)
{
    /// <summary>Where a target's rows that may not go are noted.</summary>
    public static string TableOf(PurgeTarget target) => $"pg_temp.cvp_kept_{target.Number}";

    public async Task FindAsync(CancellationToken cancellation)
    {
        foreach (var target in targets)
        {
            await session.ExecuteAsync(
                $"DROP TABLE IF EXISTS {TableOf(target)}; CREATE TEMP TABLE cvp_kept_{target.Number} (part oid, row tid, reason int, round int, UNIQUE (part, row)) ON COMMIT DROP", cancellation);
        }

        foreach (var target in targets)
        {
            foreach (var key in target.HeldBy)
            {
                var child = schema.TargetOf(key.Child);
                var stays = child is not null && targets.Contains(child) ? child.Date.Stays("c") : "true";
                await session.ExecuteAsync(
                    $"{Keep(target, key, 0)} FROM {key.ChildName} AS c JOIN {target.Table.Name} AS p ON {key.Matches("c", "p")} WHERE {target.Date.IsOld("p")} AND {stays} ON CONFLICT DO NOTHING",
                    cancellation);
            }
        }

        for (var round = 1; await FindRoundAsync(round, cancellation) > 0; round++)
        {
        }
    }

    /// <summary>How many old rows of a category may not go, by what keeps them.</summary>
    public async Task<long> CountAsync(PurgeTarget target, PurgeTally tally, CancellationToken cancellation)
    {
        var kept = await session.ListAsync($"SELECT reason, count(*) FROM {TableOf(target)} GROUP BY 1", row => (Reason: row.GetInt32(0), Rows: row.GetInt64(1)), cancellation);
        kept.ForEach(one => tally.Keep(target.HeldBy.First(key => key.Number == one.Reason).Described, one.Rows));
        return kept.Sum(one => one.Rows);
    }

    /// <summary>Rows that the rows found in the round before refer to.</summary>
    private async Task<long> FindRoundAsync(int round, CancellationToken cancellation)
    {
        var found = 0L;
        foreach (var child in targets)
        {
            foreach (var (key, parent) in schema.ReferencesOf(child).Where(reference => targets.Contains(reference.Parent)))
            {
                found += await session.ExecuteAsync(
                    $"{Keep(parent, key, round)} FROM {TableOf(child)} AS k JOIN {child.Table.Name} AS c ON c.tableoid = k.part AND c.ctid = k.row "
                    + $"JOIN {parent.Table.Name} AS p ON {key.Matches("c", "p")} WHERE k.round = {round - 1} AND {parent.Date.IsOld("p")} ON CONFLICT DO NOTHING",
                    cancellation);
            }
        }

        return found;
    }

    private static string Keep(PurgeTarget target, ForeignKey key, int round) =>
        $"INSERT INTO {TableOf(target)} SELECT DISTINCT ON (p.tableoid, p.ctid) p.tableoid, p.ctid, {key.Number}, {round}";
}
