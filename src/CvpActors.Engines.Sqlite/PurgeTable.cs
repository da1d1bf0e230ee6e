using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>A table that is purged, and the key by which its rows are walked and deleted.</summary>
/// <param name="Name">The table, quoted.</param>
/// <param name="Key">The key's columns, quoted: the row id, or the primary key of a WITHOUT ROWID table.</param>
internal sealed record PurgeTable(string Name, IReadOnlyList<string> Key)
{
    private static readonly string[] RowIdNames = ["rowid", "_rowid_", "oid"];

    /// <summary>Looks the category's table and column up.</summary>
    /// <exception cref="SqliteDatabaseException">Table or column is not there, or rows cannot be deleted from it.</exception>
    public static PurgeTable Find(SqliteSession session, RetentionCategory category)
    {
        var place = $"category \"{category.Name}\" of {session.Path}";
        bool withoutRowId;
        using (var tables = session.Prepare("SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1 COLLATE NOCASE"))
        {
            tables.Bind(1, category.Table);
            if (!tables.Step())
            {
                throw new SqliteDatabaseException($"{place}: there is no table \"{category.Table}\"");
            }

            if (tables.Text(0) is not "table" and var kind)
            {
                throw new SqliteDatabaseException($"{place}: \"{category.Table}\" is a {kind}; rows are purged from tables only");
            }

            withoutRowId = tables.Long(1) != 0;
        }

        var (columns, primaryKey) = Columns(session, category.Table);
        if (!columns.Contains(category.TimestampColumn))
        {
            throw new SqliteDatabaseException(
                $"{place}: table \"{category.Table}\" has no column \"{category.TimestampColumn}\"; columns: {string.Join(", ", columns)}");
        }

        // A column of that name hides the row id behind it.
        var rowId = RowIdNames.FirstOrDefault(name => !columns.Contains(name));
        return !withoutRowId && rowId is null
            ? throw new SqliteDatabaseException($"{place}: the columns of \"{category.Table}\" hide its row id; rename one of {string.Join(", ", RowIdNames)}")
            : new PurgeTable(
                SqliteIdentifier.Quote(category.Table), withoutRowId ? [.. primaryKey.Select(SqliteIdentifier.Quote)] : [rowId!]);
    }

    /// <summary>Reads keys in order, with 1 beside those whose row is old; from the beginning or after a key.</summary>
    public string SelectSql(TimestampCondition condition, bool afterKey) =>
        $"SELECT {string.Join(", ", Key)}, coalesce({condition.Sql}, 0) FROM {Name}"
        + (afterKey ? $" WHERE ({string.Join(", ", Key)}) > ({Parameters})" : "")
        + $" ORDER BY {string.Join(", ", Key)}";

    /// <summary>Deletes one row if it still is old: it may have been changed since it was read.</summary>
    public string DeleteRowSql(TimestampCondition condition) =>
        $"DELETE FROM {Name} WHERE ({string.Join(", ", Key)}) = ({Parameters}) AND {condition.Sql}";

    /// <summary>Deletes what is old from one key to another, both included.</summary>
    public string DeleteRangeSql(TimestampCondition condition) =>
        $"DELETE FROM {Name} WHERE ({string.Join(", ", Key)}) >= ({Parameters}) AND ({string.Join(", ", Key)}) <= ({EndParameters})"
        + $" AND {condition.Sql}";

    /// <summary>The parameter of the key's first column; 1 is the condition's cutoff.</summary>
    public const int FirstKeyParameter = 2;

    /// <summary>The parameter of the first column of a range's last key.</summary>
    public int FirstEndParameter => FirstKeyParameter + Key.Count;

    private string Parameters => string.Join(", ", Key.Select((_, i) => $"?{FirstKeyParameter + i}"));

    private string EndParameters => string.Join(", ", Key.Select((_, i) => $"?{FirstEndParameter + i}"));

    private static (HashSet<string> Columns, List<string> PrimaryKey) Columns(SqliteSession session, string table)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var key = new SortedList<long, string>();
        using var columns = session.Prepare("SELECT name, pk FROM pragma_table_xinfo(?1)");
        columns.Bind(1, table);
        while (columns.Step())
        {
            var name = columns.Text(0)!;
            names.Add(name);
            if (columns.Long(1) is > 0 and var position)
            {
                key.Add(position, name);
            }
        }

        return (names, [.. key.Values]);
    }
}
