using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>One category: its table, which of its rows are old, and who refers to them.</summary>
/// <param name="Number">Its place in the plan.</param>
/// <param name="Category">The category.</param>
/// <param name="Table">Its table.</param>
/// <param name="State">Tells young, old and undatable rows.</param>
/// <param name="HasTriggers">Whether deleting a row may start a trigger, which may refuse.</param>
internal sealed record PurgeTarget(int Number, RetentionCategory Category, PurgeTable Table, RowState State, bool HasTriggers)
{
    /// <summary>The foreign keys whose rows keep a row of this table from going.</summary>
    public required IReadOnlyList<ForeignKey> HeldBy { get; init; }

    /// <summary>Whether only the database knows what deleting a row leads to, so that each row is tried for itself.</summary>
    public bool IsTried => HasTriggers || Category.CascadeAllowed;

    /// <summary>Old rows that may not go, and why: filled by <see cref="KeptClosure"/>.</summary>
    public string KeptTable => $"temp.cvp_kept_{Number}";

    /// <summary>Old rows that the database refused to delete, and its words.</summary>
    public string RefusedTable => $"temp.cvp_refused_{Number}";

    /// <summary>Old rows that only such rows refer to as are in this table as well: filled by <see cref="Circles"/>.</summary>
    public string LeftTable => $"temp.cvp_left_{Number}";

    /// <summary>"This row is old."</summary>
    public string IsOld(string row) => $"{State.Sql(row)} = {RowState.Old}";

    /// <summary>"That row of a table in temp is about this row." Compared byte by byte, as the note says the key that the row has.</summary>
    public string IsAbout(string note, string row) => string.Join(" AND ", Table.Key.Select((column, i) => $"{note}.k{i} = {row}.{column}"));

    /// <summary>The same, to look the row up by its key: the column whose index is to be used stands first.</summary>
    public string IsOf(string row, string note) => string.Join(" AND ", Table.Key.Select((column, i) => $"{row}.{column} = {note}.k{i}{Table.By(i)}"));

    /// <summary>The columns of the key in a table in temp.</summary>
    public string NotedKey => string.Join(", ", Table.Key.Select((_, i) => $"k{i}"));

    /// <summary>Makes an empty table in temp with the key's columns, of their types, so that it can be compared by its index.</summary>
    public void CreateNote(SqliteSession session, string table, string columns)
    {
        session.Execute($"DROP TABLE IF EXISTS {table}");
        session.Execute($"CREATE TEMP TABLE {table["temp.".Length..]} AS SELECT {string.Join(", ", Table.Key.Select((column, i) => $"p.{column} AS k{i}"))}, {columns} FROM {Table.Name} AS p WHERE 0");
        session.Execute($"CREATE UNIQUE INDEX {table}_key ON {table["temp.".Length..]}({NotedKey})");
    }
}
