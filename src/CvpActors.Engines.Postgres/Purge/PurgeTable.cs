using CvpActors.Domain.Purges;
using CvpActors.Engines.Postgres.Server;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>A table of the plan, as the catalogue knows it.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Name">Its name with its schema, quoted.</param>
/// <param name="IsPartitioned">Whether its rows are in partitions.</param>
/// <param name="Column">The column that dates a row, quoted.</param>
/// <param name="ColumnNumber">Its number.</param>
/// <param name="Type">Its type's name, a domain's base.</param>
internal sealed record PurgeTable(uint Oid, string Name, bool IsPartitioned, string Column, short ColumnNumber, string Type)
{
    /// <summary>Looks a category's table and column up. Names are taken as they are written, and folded to lower case where there is none of that name.</summary>
    /// <exception cref="PurgePlanException">One is not there, or cannot be dated by in that format.</exception>
    public static async Task<PurgeTable> FindAsync(PostgresSession session, RetentionCategory category, CancellationToken cancellation)
    {
        var dot = category.Table.IndexOf('.', StringComparison.Ordinal);
        var (schema, table) = dot < 0 ? ("", category.Table) : (category.Table[..dot], category.Table[(dot + 1)..]);
        var (oid, name, kind) = (await session.ListAsync(
            """
            SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relkind::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND c.relname IN ($1, lower($1)) AND CASE WHEN $2 = '' THEN pg_table_is_visible(c.oid) ELSE n.nspname IN ($2, lower($2)) END
            ORDER BY (n.nspname = $2) DESC, (c.relname = $1) DESC
            """,
            row => (row.GetFieldValue<uint>(0), row.GetString(1), row.GetString(2)), cancellation, table, schema)).FirstOrDefault();
        if (name is null)
        {
            throw new PurgePlanException(category.Name, $"names the table \"{category.Table}\", which is not in {session.Place}; allowed: a table of it, with its schema where it is not on the search path");
        }

        var (column, number, type) = (await session.ListAsync(
            """
            SELECT quote_ident(a.attname), a.attnum, coalesce(b.typname, t.typname)::text
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
            WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attname IN ($2, lower($2)) ORDER BY (a.attname = $2) DESC
            """,
            row => (row.GetString(0), row.GetInt16(1), row.GetString(2)), cancellation, oid, category.TimestampColumn)).FirstOrDefault();
        if (column is null)
        {
            throw new PurgePlanException(category.Name, $"dates its rows by \"{category.TimestampColumn}\", which the table \"{category.Table}\" in {session.Place} has not; allowed: a column of it");
        }

        return RowDate.Objection(category, type) is { } objection
            ? throw new PurgePlanException(category.Name, objection)
            : new PurgeTable(oid, name, kind == "p", column, number, type);
    }
}
