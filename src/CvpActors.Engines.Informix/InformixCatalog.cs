using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Informix;

/// <summary>What the server says of a category's table.</summary>
/// <param name="database">The reporting database.</param>
/// <param name="expressions">Reads the expressions of fragments.</param>
internal sealed class InformixCatalog(DbAccess database, FragmentExpression expressions)
{
    /// <summary>The fragments whose days are known, oldest first; none for a table that is not fragmented, or not by days.</summary>
    public async Task<IReadOnlyList<Fragment>> FragmentsAsync(RetentionCategory category, CancellationToken cancellation)
    {
        try
        {
            var rows = await database.QueryAsync(
                $"SELECT f.partition, f.dbspace, f.exprtext FROM sysfragments f, systables t WHERE f.tabid = t.tabid AND t.tabname = '{Name(category.Table)}' AND f.fragtype = 'T'",
                cancellation);
            return
            [
                .. rows.Where(row => row.Length == 3 && SqlName.IsPlain(row[0].Trim()) && SqlName.IsPlain(row[1].Trim()))
                    .Select(row => expressions.Read(row[0].Trim(), row[1].Trim(), row[2], category.TimestampColumn))
                    .OfType<Fragment>()
                    .OrderBy(fragment => fragment.Before),
            ];
        }
        catch (SqlFailedException e) when (e.Kind == SqlErrorKind.Failure)
        {
            // A catalogue of another shape: then rows are deleted one by one, which needs nothing of it.
            return [];
        }
    }

    /// <summary>Whether foreign keys refer to the table, or that cannot be told.</summary>
    public async Task<bool> IsReferencedAsync(RetentionCategory category, CancellationToken cancellation)
    {
        try
        {
            return await CountAsync($"SELECT COUNT(*) FROM sysreferences r, systables t WHERE r.ptabid = t.tabid AND t.tabname = '{Name(category.Table)}'", cancellation) > 0;
        }
        catch (SqlFailedException e) when (e.Kind == SqlErrorKind.Failure)
        {
            return true;
        }
    }

    /// <summary>Refuses a table whose rows the server would delete rows of other tables with, of whatever age.</summary>
    /// <exception cref="ReportingDatabaseException">It has such a foreign key, or that cannot be told, and the category does not allow it.</exception>
    public async Task RefuseCascadeAsync(RetentionCategory category, CancellationToken cancellation)
    {
        if (category.CascadeAllowed)
        {
            return;
        }

        string found;
        try
        {
            var keys = await CountAsync(
                $"SELECT COUNT(*) FROM sysreferences r, systables t WHERE r.ptabid = t.tabid AND r.delrule = 'C' AND t.tabname = '{Name(category.Table)}'", cancellation);
            if (keys == 0)
            {
                return;
            }

            found = $"{keys} foreign keys with ON DELETE CASCADE refer to {category.Table}";
        }
        catch (SqlFailedException e) when (e.Kind == SqlErrorKind.Failure)
        {
            found = $"whether foreign keys with ON DELETE CASCADE refer to {category.Table} cannot be told ({e.Message})";
        }

        throw new ReportingDatabaseException(
            $"category \"{category.Name}\": {found}: with an old row the server would delete rows of other tables, young ones among them. If that is meant to be so, set cascade = allow for the category");
    }

    /// <summary>Tables of a certain beginning.</summary>
    public async Task<IReadOnlyList<string>> TablesAsync(string beginning, CancellationToken cancellation)
    {
        var rows = await database.QueryAsync($"SELECT tabname FROM systables WHERE tabname LIKE '{beginning}%'", cancellation);
        return [.. rows.Select(row => row[0].Trim()).Where(name => SqlName.IsPlain(name) && name.StartsWith(beginning, StringComparison.Ordinal))];
    }

    private async Task<long> CountAsync(string select, CancellationToken cancellation) => (await database.NumbersAsync(select, cancellation))[0] ?? 0;

    /// <summary>As the catalogue writes names.</summary>
    private static string Name(string table) => table.ToLowerInvariant();
}
