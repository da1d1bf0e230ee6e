namespace CvpActors.Engines.Sqlite;

/// <summary>
/// A foreign key as it is declared, whether or not anybody enforces it. What it may refer to is found by its columns; whether the parent's are
/// unique, as SQLite wants of an enforced one, makes no difference to which rows are referred to.
/// </summary>
/// <param name="Number">Tells it from others; the order in which reasons are given.</param>
/// <param name="Child">The table that refers.</param>
/// <param name="Columns">Its columns, quoted.</param>
/// <param name="Parent">The table referred to.</param>
/// <param name="ParentColumns">Its columns, quoted.</param>
/// <param name="OnDelete">As SQLite spells it: NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT.</param>
internal sealed record ForeignKey(
    int Number, PurgeTable Child, IReadOnlyList<string> Columns, PurgeTable Parent, IReadOnlyList<string> ParentColumns, string OnDelete)
{
    /// <summary>Whether deleting a parent deletes or changes the child instead of being refused.</summary>
    public bool Acts => OnDelete is "CASCADE" or "SET NULL" or "SET DEFAULT";

    /// <summary>Whether a table refers to itself.</summary>
    public bool IsWithinOneTable => ReferenceEquals(Child, Parent);

    /// <summary>For people: <c>callevent(call_id)</c>.</summary>
    public string Described => $"{Child.PlainName}({string.Join(", ", Columns.Select(SqliteIdentifier.Unquote))})";

    /// <summary>"This row of the child refers to that one of the parent"; a row's reference to itself is none.</summary>
    public string Matches(string child, string parent)
    {
        // The parent's column stands first: its collation is the one that counts.
        var matches = string.Join(" AND ", Columns.Select((column, i) => $"{parent}.{ParentColumns[i]} = {child}.{column}"));
        return IsWithinOneTable ? $"{matches} AND NOT ({Child.SameKey(child, parent)})" : matches;
    }

    /// <summary>All foreign keys of a database whose tables and columns are there.</summary>
    public static List<ForeignKey> ReadAll(SqliteSession session, Func<string, PurgeTable?> find)
    {
        var parts = new List<(string Child, long Id, string Parent, string From, string? To, string OnDelete)>();
        using (var rows = session.Prepare(
            """
            SELECT s.name, f.id, f."table", f."from", f."to", f.on_delete
            FROM sqlite_schema AS s JOIN pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' ORDER BY s.name, f.id, f.seq
            """))
        {
            while (rows.Step())
            {
                parts.Add((rows.Text(0)!, rows.Long(1), rows.Text(2)!, rows.Text(3)!, rows.Text(4), rows.Text(5)!));
            }
        }

        var keys = new List<ForeignKey>();
        foreach (var key in parts.GroupBy(p => (p.Child, p.Id)))
        {
            // A key to a table that is not there refers to nothing that could be purged, whatever the database would say to it.
            if (find(key.Key.Child) is not { } child || find(key.First().Parent) is not { } parent)
            {
                continue;
            }

            var to = key.All(part => part.To is null) ? parent.PrimaryKey : [.. key.Select(part => part.To ?? "")];
            if (to.Count == key.Count() && to.All(parent.HasColumn))
            {
                keys.Add(new ForeignKey(
                    keys.Count, child, [.. key.Select(part => SqliteIdentifier.Quote(part.From))], parent, [.. to.Select(SqliteIdentifier.Quote)], key.First().OnDelete));
            }
        }

        return keys;
    }
}
