using CvpActors.Engines.Postgres.Server;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>A foreign key as it is declared, enforced or not, between tables as wholes: a partition's own key counts as its table's.</summary>
/// <param name="Number">Tells it from others; the order in which reasons are given.</param>
/// <param name="Child">The table that refers.</param>
/// <param name="ChildName">Its name, quoted.</param>
/// <param name="Columns">Its columns, quoted.</param>
/// <param name="Parent">The table referred to.</param>
/// <param name="ParentColumns">Its columns, quoted.</param>
/// <param name="Acts">Whether deleting a parent deletes or changes the child instead of being refused.</param>
/// <param name="Described">For people: <c>callevent(call_id)</c>.</param>
internal sealed record ForeignKey(int Number, uint Child, string ChildName, string[] Columns, uint Parent, string[] ParentColumns, bool Acts, string Described)
{
    private const string ReadSql = """
        SELECT coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid), coalesce(pg_partition_root(k.confrelid)::oid, k.confrelid), k.confdeltype IN ('c', 'n', 'd'),
          ARRAY(SELECT quote_ident(a.attname) FROM unnest(k.conkey) WITH ORDINALITY AS u(n, i) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.i),
          ARRAY(SELECT quote_ident(a.attname) FROM unnest(k.confkey) WITH ORDINALITY AS u(n, i) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.i)
        FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conname, k.oid
        """;

    /// <summary>"This row of the child refers to that one of the parent"; a row's reference to itself is none.</summary>
    public string Matches(string child, string parent)
    {
        var matches = string.Join(" AND ", Columns.Select((column, i) => $"{child}.{column} = {parent}.{ParentColumns[i]}"));
        return Child == Parent ? $"{matches} AND NOT ({child}.ctid = {parent}.ctid AND {child}.tableoid = {parent}.tableoid)" : matches;
    }

    public string IsReferredTo(string row) => $"EXISTS (SELECT FROM {ChildName} AS c WHERE {Matches("c", row)})";

    public static async Task<List<ForeignKey>> ReadAllAsync(PostgresSession session, CancellationToken cancellation)
    {
        var found = await session.ListAsync(
            ReadSql,
            row => (Child: row.GetFieldValue<uint>(0), Parent: row.GetFieldValue<uint>(1), Acts: row.GetBoolean(2), From: row.GetFieldValue<string[]>(3), To: row.GetFieldValue<string[]>(4)),
            cancellation);
        var keys = new List<ForeignKey>();
        foreach (var key in found)
        {
            var (name, plain) = (await session.ListAsync(
                "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1",
                row => (row.GetString(0), row.GetString(1)), cancellation, key.Child)).Single();
            keys.Add(new ForeignKey(keys.Count, key.Child, name, key.From, key.Parent, key.To, key.Acts, $"{plain}({string.Join(", ", key.From.Select(c => c.Trim('"')))})"));
        }

        return keys;
    }
}
