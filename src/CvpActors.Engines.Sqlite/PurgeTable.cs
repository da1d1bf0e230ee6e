using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>A table, and the key by which its rows are walked and deleted.</summary>
/// <param name="PlainName">The table as the schema spells it.</param>
/// <param name="Key">The key's columns, quoted: the row id, or the primary key of a WITHOUT ROWID table.</param>
/// <param name="Columns">All columns.</param>
/// <param name="PrimaryKey">The declared primary key's columns, which a foreign key without columns refers to.</param>
internal sealed record PurgeTable(string PlainName, IReadOnlyList<string> Key, IReadOnlySet<string> Columns, IReadOnlyList<string> PrimaryKey)
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

        var table = Read(session, category.Table)
            ?? throw new SqliteDatabaseException($"{place}: the columns of \"{category.Table}\" hide its row id; rename one of {string.Join(", ", RowIdNames)}");
        return table.Columns.Contains(category.TimestampColumn)
            ? table
            : throw new SqliteDatabaseException(
                $"{place}: table \"{category.Table}\" has no column \"{category.TimestampColumn}\"; columns: {string.Join(", ", table.Columns)}");
    }

    /// <summary>A table by its name; null when it is not there or its rows have no key that can be named.</summary>
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

        // A column of that name hides the row id behind it.
        var rowId = RowIdNames.FirstOrDefault(candidate => !columns.Contains(candidate));
        string[] primary = [.. primaryKey.Values];
        return IsWithoutRowId(session, name) ? new PurgeTable(name, [.. primary.Select(SqliteIdentifier.Quote)], columns, primary)
            : rowId is null ? null
            : new PurgeTable(name, [rowId], columns, primary);
    }

    /// <summary>Whether a foreign key may name that column; the row id is one for those who never enforce.</summary>
    public bool HasColumn(string column) => Columns.Contains(column) || (Key is [var rowId] && RowIdNames.Contains(rowId) && RowIdNames.Contains(column.ToLowerInvariant()));

    /// <summary>The key's columns of a row, as a list: <c>c.rowid</c>.</summary>
    public string KeyOf(string row) => string.Join(", ", Key.Select(column => $"{row}.{column}"));

    /// <summary>"These two are the same row."</summary>
    public string SameKey(string one, string other) => string.Join(" AND ", Key.Select(column => $"{one}.{column} = {other}.{column}"));

    /// <summary>"The row has the key that is bound from that parameter on."</summary>
    public string KeyIs(string row, int firstParameter) => $"({KeyOf(row)}) = ({Parameters(firstParameter)})";

    /// <summary>"The row lies between the keys that are bound, both included."</summary>
    public string KeyIsBetween(string row, int firstParameter) =>
        $"({KeyOf(row)}) >= ({Parameters(firstParameter)}) AND ({KeyOf(row)}) <= ({Parameters(firstParameter + Key.Count)})";

    /// <summary>Reads keys in order with what an expression says of each row; from the beginning or after a key, whose parameters begin at 1.</summary>
    public string WalkSql(string verdict, bool afterKey) =>
        $"SELECT {KeyOf("p")}, {verdict} FROM {Name} AS p" + (afterKey ? $" WHERE ({KeyOf("p")}) > ({Parameters(1)})" : "") + $" ORDER BY {KeyOf("p")}";

    private string Parameters(int first) => string.Join(", ", Key.Select((_, i) => $"?{first + i}"));

    private static bool IsWithoutRowId(SqliteSession session, string name)
    {
        using var tables = session.Prepare("SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main'");
        tables.Bind(1, name);
        return tables.Step() && tables.Long(0) != 0;
    }
}
