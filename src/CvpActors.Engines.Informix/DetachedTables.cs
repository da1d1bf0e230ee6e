using System.Globalization;
using System.Runtime.CompilerServices;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Informix;

/// <summary>
/// Takes whole fragments out of a table: each is detached, which makes it a table of its own, looked through for a row that is not old, and only then
/// dropped. A run that ends between the two leaves that table, and the next one finds it by its name.
/// </summary>
internal sealed class DetachedTables(InformixOptions options, DbAccess database, InformixCatalog catalog, PurgePlan plan, RunContext run)
{
    private const string Beginning = "cvp_purged_";

    /// <summary>Drops the category's fragments that are wholly old.</summary>
    /// <param name="category">The category.</param>
    /// <param name="firstKept">The first day that stays, by the retention.</param>
    /// <param name="before">The same or an earlier day, from which on rows stay for those of a child.</param>
    /// <param name="cancellation">Ends it between two fragments.</param>
    /// <returns>How many rows each had.</returns>
    public async IAsyncEnumerable<long> DropAsync(
        RetentionCategory category, DateOnly firstKept, DateOnly before, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var left in await LeftAsync(category, cancellation))
        {
            yield return await DropAsync(category, left, firstKept, cancellation);
        }

        var old = (await catalog.FragmentsAsync(category, cancellation)).Where(fragment => fragment.CanBeDetached && fragment.Before <= before && fragment.From >= SqlDate.Earliest).ToList();
        if (old.Count == 0 || (!options.DetachReferenced && await catalog.IsReferencedAsync(category, cancellation)))
        {
            yield break;
        }

        foreach (var fragment in old)
        {
            var table = $"{Beginning}{category.Table.ToLowerInvariant()}_{fragment.Partition}";
            await DetachAsync(category, fragment, table, cancellation);
            yield return await DropAsync(category, table, firstKept, cancellation);
        }
    }

    private async Task DetachAsync(RetentionCategory category, Fragment fragment, string table, CancellationToken cancellation)
    {
        run.CommitPoint($"the fragment {fragment.Partition} of {category.Table}");
        var online = fragment.Form == FragmentForm.Interval ? "ONLINE " : "";
        var force = options.ForceDetachAfter > TimeSpan.Zero
            ? FormattableString.Invariant($"SET ENVIRONMENT FORCE_DDL_EXEC '{Math.Max(1, (int)options.ForceDetachAfter.TotalSeconds)}';\n")
            : "";
        try
        {
            await database.DefineAsync($"{force}ALTER FRAGMENT {online}ON TABLE {category.Table} DETACH PARTITION {fragment.Partition} {table};", cancellation);
        }
        catch (SqlFailedException e) when (e.Kind == SqlErrorKind.Retry)
        {
            throw new SqlFailedException(
                $"{e.Message}. The fragment {fragment.Partition} of {category.Table} cannot be detached while others use the table; it is tried again. If reports hold it all night, set informix.force-detach-after: then they lose it", e.Error);
        }
    }

    private async Task<long> DropAsync(RetentionCategory category, string table, DateOnly firstKept, CancellationToken cancellation)
    {
        var column = category.TimestampColumn;
        var found = await database.NumbersAsync(
            $"SELECT COUNT(*), SUM(CASE WHEN {CategoryNames.Old(column, firstKept)} THEN 0 ELSE 1 END) FROM {table}", cancellation);
        if (found[1] > 0)
        {
            throw new ReportingDatabaseException(
                $"the fragment of {category.Table} that is now the table {table} has {found[1]} rows that are not shown to be older than {firstKept.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, so it was not dropped; nothing is lost. "
                + $"Look at them, put back what is wanted (INSERT INTO {category.Table} SELECT * FROM {table} WHERE …), and drop it by hand");
        }

        run.CommitPoint($"the drop of {table}");
        await database.DefineAsync($"DROP TABLE {table};", cancellation);
        return found[0] ?? 0;
    }

    /// <summary>Of a name that would fit two tables the longer table is meant.</summary>
    private async Task<IReadOnlyList<string>> LeftAsync(RetentionCategory category, CancellationToken cancellation)
    {
        var mine = category.Table.ToLowerInvariant();
        var tables = plan.Categories.Select(c => c.Table.ToLowerInvariant()).OrderByDescending(table => table.Length).ToList();
        return
        [
            .. (await catalog.TablesAsync(Beginning, cancellation))
                .Where(name => tables.FirstOrDefault(table => name.StartsWith($"{Beginning}{table}_", StringComparison.Ordinal)) == mine),
        ];
    }
}
