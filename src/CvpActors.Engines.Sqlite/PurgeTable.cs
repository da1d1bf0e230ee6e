using CvpActors.Domain.Purges;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>A table, and the key by which its rows are walked and deleted.</summary>
/// <param name="PlainName">The table as the schema spells it.</param>
/// <param name="Key">
/// The key's columns, quoted: the row id, or the primary key of a WITHOUT ROWID table. None where columns hide the row id; rows are not purged from such a
/// table, but may refer to others.
/// </param>
/// <param name="Collations">For each column of the key: the collation by which the primary key orders it, or null when it is the column's own.</param>
/// <param name="Columns">All columns.</param>
/// <param name="PrimaryKey">The declared primary key's columns, which a foreign key without columns refers to.</param>
internal sealed record PurgeTable(string PlainName, IReadOnlyList<string> Key, IReadOnlyList<string?> Collations, IReadOnlySet<string> Columns, IReadOnlyList<string> PrimaryKey)
{
    private static readonly string[] RowIdNames = ["rowid", "_rowid_", "oid"];

    /// <summary>The name for SQL. With its schema: a temporary table of that name would be meant otherwise.</summary>
    public string Name { get; } = "main." + SqliteIdentifier.Quote(PlainName);

    /// <summary>Looks the category's table and column up.</summary>
    /// <exception cref="SqliteDatabaseException">Table or column is not there, or rows cannot be deleted from it.</exception>
    public static PurgeTable Find(SqliteSession session, RetentionCategory category)
    {
        var place = $"category \"{category.Name}\" of {session.Path}";
        using (var tables = session.Prepare("SELECT type, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE"))
        {
            tables.Bind(1, category.Table);
            if (!tables.Step())
            {
                throw new SqliteDatabaseException($"{place}: there is no table \"{category.Table}\"");
            }

            var isVirtual = tables.Text(1)?.StartsWith("CREATE VIRTUAL", StringComparison.OrdinalIgnoreCase) == true;
            if (isVirtual || tables.Text(0) is not "table")
            {
                throw new SqliteDatabaseException($"{place}: \"{category.Table}\" is a {(isVirtual ? "virtual table" : "view")}; rows are purged from tables only");
            }
        }

        var table = Read(session, category.Table);
        if (table is not { Key.Count: > 0 })
        {
            throw new SqliteDatabaseException($"{place}: the columns of \"{category.Table}\" hide its row id; rename one of {string.Join(", ", RowIdNames)}");
        }

        return table.Columns.Contains(category.TimestampColumn)
            ? table
            : throw new SqliteDatabaseException(
                $"{place}: table \"{category.Table}\" has no column \"{category.TimestampColumn}\"; columns: {string.Join(", ", table.Columns)}");
    }

    /// <summary>A table by its name; null when it is not there.</summary>
    public static PurgeTable? Read(SqliteSession session, string name)
    {
        var columns = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var primaryKey = new SortedList<long, string>();
        using (var rows = session.Prepare("SELECT name, pk FROM pragma_table_xinfo(?1, 'main')"))
        {
            rows.Bind(1, name);
            while (rows.Step())
            {
                columns.Add(rows.Text(0)!);
                if (rows.Long(1) is > 0 and var position)
                {
                    primaryKey.Add(position, rows.Text(0)!);
                }
            }
        }

        if (columns.Count == 0)
        {
            return null;
        }

        string[] primary = [.. primaryKey.Values];
        var ordered = PrimaryKeyOrder(session, name);
        if (IsWithoutRowId(session, name))
        {
            return new PurgeTable(
                name, [.. ordered.Select(part => SqliteIdentifier.Quote(part.Column))], [.. ordered.Select(part => OtherCollation(session, name, part))], columns, primary);
        }

        // A column of that name hides the row id behind it. An INTEGER PRIMARY KEY, which needs no index, is the row id itself.
        string[] key = RowIdNames.FirstOrDefault(candidate => !columns.Contains(candidate)) is { } rowId ? [rowId]
            : primary.Length == 1 && ordered.Count == 0 ? [SqliteIdentifier.Quote(primary[0])]
            : [];
        return new PurgeTable(name, key, [.. key.Select(_ => (string?)null)], columns, primary);
    }

    /// <summary>Whether a foreign key may name that column; the row id is one for those who never enforce.</summary>
    public bool HasColumn(string column) => Columns.Contains(column) || (Key is [var rowId] && RowIdNames.Contains(rowId) && RowIdNames.Contains(column.ToLowerInvariant()));

    /// <summary>The key's columns of a row, as a list: <c>c.rowid</c>.</summary>
    public string KeyOf(string row) => string.Join(", ", Key.Select(column => $"{row}.{column}"));

    /// <summary>What makes a comparison one by the primary key: two rows may have keys that are the same to their columns' own collation.</summary>
    public string By(int part) => Collations[part] is { } collation ? " COLLATE " + SqliteIdentifier.Quote(collation) : "";

    /// <summary>"These two are the same row."</summary>
    public string SameKey(string one, string other) => string.Join(" AND ", Key.Select((column, i) => $"{one}.{column} = {other}.{column}{By(i)}"));

    /// <summary>"The row has the key that is bound from that parameter on."</summary>
    public string KeyIs(string row, int firstParameter) => $"({KeyOf(row)}) = ({Parameters(firstParameter)})";

    /// <summary>"The row lies between the keys that are bound, both included."</summary>
    public string KeyIsBetween(string row, int firstParameter) =>
        $"({KeyOf(row)}) >= ({Parameters(firstParameter)}) AND ({KeyOf(row)}) <= ({Parameters(firstParameter + Key.Count)})";

    /// <summary>Reads keys in order with what an expression says of each row; from the beginning or after a key, whose parameters begin at 1.</summary>
    public string WalkSql(string verdict, bool afterKey) =>
        $"SELECT {KeyOf("p")}, {verdict} FROM {Name} AS p" + (afterKey ? $" WHERE ({KeyOf("p")}) > ({Parameters(1)})" : "") + $" ORDER BY {string.Join(", ", Key.Select((column, i) => $"p.{column}{By(i)}"))}";

    private string Parameters(int first) => string.Join(", ", Key.Select((_, i) => $"?{first + i}{By(i)}"));

    private static bool IsWithoutRowId(SqliteSession session, string name)
    {
        using var tables = session.Prepare("SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main'");
        tables.Bind(1, name);
        return tables.Step() && tables.Long(0) != 0;
    }

    /// <summary>The columns of the primary key's index, in its order and with its collations; none where there is no such index.</summary>
    private static List<(string Column, string Collation)> PrimaryKeyOrder(SqliteSession session, string name)
    {
        using var parts = session.Prepare(
            "SELECT x.name, x.coll FROM pragma_index_list(?1, 'main') AS i JOIN pragma_index_xinfo(i.name, 'main') AS x WHERE i.origin = 'pk' AND x.key ORDER BY x.seqno");
        parts.Bind(1, name);
        var order = new List<(string, string)>();
        while (parts.Step())
        {
            order.Add((parts.Text(0)!, parts.Text(1)!));
        }

        return order;
    }

    private static string? OtherCollation(SqliteSession session, string name, (string Column, string Collation) part)
    {
        session.Check(raw.sqlite3_table_column_metadata(session.Handle, "main", name, part.Column, out _, out var own, out _, out _, out _));
        return string.Equals(own, part.Collation, StringComparison.OrdinalIgnoreCase) ? null : part.Collation;
    }
}
